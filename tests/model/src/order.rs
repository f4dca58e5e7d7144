//! Order and fairness: what a FIFO queue of events keeps, and what a tenant's group is for.

mod fair;
mod fifo;

pub use fair::Fair;
pub use fifo::Fifo;
