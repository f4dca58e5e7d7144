//! Waits until every subscription is moved to the current certificate.

use crate::subscriptions::counts::changes;
use crate::subscriptions_function::SubscriptionsFunction;
use std::time::Duration;
use teamwire_contract::SubscriptionsCommand;
use teamwire_contract::report::{
    FaultReport, SubscriptionAction, SubscriptionChange, SubscriptionReport,
};

/// So many looks in a row may find nothing moved before it is given up.
const IDLE_LOOKS: u32 = 6;

/// The end of a rotation.
pub(super) struct RotationOutcome {
    /// The number of subscriptions that are not moved.
    pub(super) left: usize,
    /// The faults in the way.
    pub(super) faults: Vec<FaultReport>,
}

/// Has the function go on until all that is wanted with content lives with the certificate `id`, as
/// long as it comes forward, and says so on standard error. After a look that found nothing moved,
/// `pause` passes.
///
/// # Errors
/// The function can't be asked.
pub(super) async fn finish(
    function: &SubscriptionsFunction,
    id: &str,
    pause: Duration,
) -> anyhow::Result<RotationOutcome> {
    let mut fewest = usize::MAX;
    let mut idle = 0;
    loop {
        let plan = function.plan().await?;
        let left = changes(&plan).filter(|of| is_left(of, id)).count();
        // A tenant that can't be looked at may have more.
        if left == 0 && plan.faults.is_empty() {
            return Ok(RotationOutcome {
                left,
                faults: Vec::new(),
            });
        }
        writeln!(crate::terminal::stderr(), "to be moved: {left}")?;
        if left < fewest {
            fewest = left;
            idle = 0;
        } else {
            idle += 1;
            tokio::time::sleep(pause).await;
        }
        let apply = SubscriptionsCommand::Apply {
            desired: None,
            remove: false,
        };
        let report: SubscriptionReport = function.ask(&apply).await?.read;
        if idle == IDLE_LOOKS {
            let faults = match report.faults.is_empty() {
                true => plan.faults,
                false => report.faults,
            };
            return Ok(RotationOutcome { left, faults });
        }
    }
}

/// True if it is to have content and does not live with the certificate `id`. Where Graph did not
/// let it be moved, it is made anew: until then it is still to be recreated, or not there at all.
/// What a foreign one is in the way of never had a certificate.
fn is_left(change: &SubscriptionChange, id: &str) -> bool {
    match change.action {
        SubscriptionAction::RotateCertificate => true,
        SubscriptionAction::Create | SubscriptionAction::Recreate => {
            change.rich && change.certificate_id.as_deref() != Some(id)
        }
        _ => false,
    }
}
