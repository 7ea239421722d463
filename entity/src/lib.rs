//! SeaORM entities, a file per table.

pub mod change;
pub mod changeset;
pub mod company;
pub mod enrichment_outcome;
pub mod enrichment_run;
pub mod fact;
pub mod fact_version;
pub mod job;
pub mod job_data_override;
pub mod reference_table;
