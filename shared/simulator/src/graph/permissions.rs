//! The permissions that a token must have for a subscription. The permissions are those of the
//! product's own table: nothing here would know them better.

use super::errors::GraphError;
use super::extension;
use super::rules::Create;
use crate::entra::tokens::Caller;
use teamwire_payload::SubscriptionPath;

/// Consent for one chat or team is given by installing an app there, which nothing here does: a
/// subscription that says that it goes by such consent is taken.
///
/// # Errors
/// 403 `Forbidden`
pub(super) fn check(create: &Create, caller: &Caller) -> Result<(), GraphError> {
    if create
        .scope
        .flag("useResourceSpecificConsentBasedAuthorization")
    {
        return Ok(());
    }
    let path = create.resource.split('?').next().unwrap_or_default();
    let needed = SubscriptionPath::parse(path).map_or(&[][..], |path| path.row().application);
    let has = |needed: &&str| caller.roles.iter().any(|role| role == needed);
    if needed.is_empty() || needed.iter().any(has) {
        return Ok(());
    }
    Err(extension::missing_role(needed))
}
