//! The row of every code of a finding: where it belongs, how bad it is, what it means, what to do.

pub(crate) use crate::doctor::table::Code;

use clap::ValueEnum;
use serde::Serialize;

/// A stretch of the chain, in the order of the way that a notification goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Station {
    /// The functions and their settings
    Functions,
    /// The two URLs that Graph posts to
    Url,
    /// Queues, what takes from them, what waits on them
    Queues,
    /// Certificates and private keys
    Keys,
    /// What is wanted, tokens, permissions and subscriptions
    Tenants,
    /// The secret that notifications are known by
    ClientState,
    /// CloudWatch's alarms
    Alarms,
    /// Clocks
    Clock,
    /// A test notification
    Send,
}

/// The verdict of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FindingVerdict {
    /// Looked at, and in order.
    Ok,
    /// Works, and should be seen to.
    Warning,
    /// Changes are lost, late or unsafe, or soon will be.
    Fault,
    /// Could not be looked at.
    Unknown,
}

/// The facts of a code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CodeRow {
    pub(crate) name: &'static str,
    pub(crate) station: Station,
    pub(crate) verdict: FindingVerdict,
    pub(crate) means: &'static str,
    /// Empty where nothing is to be done.
    pub(crate) remedy: &'static str,
}

macro_rules! codes {
    ($($code:ident $name:literal $station:ident $verdict:ident $means:literal $remedy:literal;)*) => {
        /// The code of a finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Code {
            $(#[doc = $means] $code,)*
        }

        impl Code {
            /// All of them, in the order of the table.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$code,)*];

            pub(crate) const fn row(self) -> CodeRow {
                match self {
                    $(Self::$code => CodeRow {
                        name: $name,
                        station: Station::$station,
                        verdict: FindingVerdict::$verdict,
                        means: $means,
                        remedy: $remedy,
                    },)*
                }
            }
        }
    };
}

pub(crate) use codes;
