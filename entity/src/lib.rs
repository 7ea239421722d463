//! SeaORM entities, a file per table.

pub mod ai_rejection;
pub mod assistant_answer;
pub mod assistant_budget;
pub mod bulk_item;
pub mod bulk_operation;
pub mod bulk_result;
pub mod change;
pub mod changeset;
pub mod company;
pub mod enrichment_outcome;
pub mod enrichment_run;
pub mod event;
pub mod fact;
pub mod fact_version;
pub mod history_chain;
pub mod idempotency_key;
pub mod job;
pub mod job_data_override;
pub mod job_version;
pub mod reference_table;
pub mod work_item;
pub mod work_turn;
