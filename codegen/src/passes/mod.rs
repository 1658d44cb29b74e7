//! Passes: decisions on the IR that `lower` leaves open. They know the IR only.

pub mod unions;
