//! Names of faults in answers that the command line tells apart.

/// `subscriptions.toml` has faults.
pub const DESIRED_INVALID: &str = "desired-invalid";
/// There is no token to ask Graph with.
pub const NO_TOKEN: &str = "no-token";
/// The app lacks a permission.
pub const NO_CONSENT: &str = "no-consent";
/// Graph refuses the call.
pub const REFUSED: &str = "refused";
/// Entra refuses the app's credentials.
pub const CREDENTIALS_REFUSED: &str = "credentials-refused";
/// The tenant has no credentials.
pub const NO_CREDENTIALS: &str = "no-credentials";
/// The secret with the credentials can't be read.
pub const CREDENTIALS_UNREADABLE: &str = "credentials-unreadable";
/// The credentials can't be used.
pub const CREDENTIALS_UNUSABLE: &str = "credentials-unusable";
/// The secret with the client states can't be used.
pub const SECRET_UNUSABLE: &str = "secret-unusable";
/// The function's role gets no token of its own.
pub const NO_IDENTITY: &str = "no-identity";
/// Entra is unavailable.
pub const ENTRA_UNAVAILABLE: &str = "entra-unavailable";
