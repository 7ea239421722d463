//! Reference data in force.
