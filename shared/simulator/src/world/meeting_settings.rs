//! The decisions of an organisation's administrators about meetings.

use std::collections::BTreeSet;

/// A recording is this long unless it is said otherwise.
const RECORDING_BYTES: usize = 64 * 1024;

/// One tenant's decisions.
#[derive(Debug, Clone)]
pub struct MeetingSettings {
    /// True if transcripts may not be read by Graph.
    pub transcripts_disabled: bool,
    /// True if transcripts name nobody.
    pub attribution_disabled: bool,
    /// The organizers whose meetings the application access policy lets the app read; everybody
    /// where there is no list.
    pub granted_organizers: Option<BTreeSet<String>>,
    /// The size of a recording, in bytes.
    pub recording_bytes: usize,
}

impl Default for MeetingSettings {
    fn default() -> Self {
        Self {
            transcripts_disabled: false,
            attribution_disabled: false,
            granted_organizers: None,
            recording_bytes: RECORDING_BYTES,
        }
    }
}

impl MeetingSettings {
    /// True if the policy is granted to that organizer.
    pub fn grants(&self, organizer: &str) -> bool {
        let granted = self.granted_organizers.as_ref();
        granted.is_none_or(|granted| granted.contains(&organizer.to_ascii_lowercase()))
    }
}
