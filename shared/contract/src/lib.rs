//! The names and forms that functions, the command line and the stacks agree on, said once.
//!
//! - [`SubscriptionsCommand`] is what the subscriptions function is asked to do, and [`report`], [`answer`] and
//!   [`check`] are what it answers.
//! - [`dead_letter`] has the reasons of dead letters, and what a replay of each comes to.
//! - [`StackFunction`], [`StackQueue`], [`variable`], [`attribute`], [`metric`] and [`alarm`] are the names that
//!   a stack has in it. `infra/contract/names.json` is printed from them for the templates' tests.
//!
//! Nothing here does any work: a rename is a compile error wherever the name is used, and a test holds
//! the form of each answer to `answers/*.json`.

pub mod alarm;
pub mod answer;
pub mod attribute;
pub mod check;
mod command;
pub mod dead_letter;
mod file_fault;
mod function;
pub mod metric;
mod queue;
pub mod reason;
pub mod report;
pub mod variable;

pub use command::{DEFAULT_KEEP_HOURS, SubscriptionsCommand};
pub use file_fault::FileFault;
pub use function::StackFunction;
pub use queue::StackQueue;

#[cfg(test)]
mod tests;
