//! The query string of a subscription's resource.

use crate::resource::UserId;
use std::fmt;

/// An option that some paths take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Option {
    /// `$search=text`: messages with the text.
    Search,
    /// `$filter=mentions/any(u: u/mentioned/user/id eq '<user>')`: messages that mention a user.
    Mentions,
    /// `$filter=(scopeInfo/scope eq 'team')`: installations in some scopes.
    Scopes,
    /// `notifyOnUserSpecificProperties=true`: also what concerns one user's view of a chat.
    UserSpecificProperties,
    /// `notifyOnIndirectMembershipUpdate=true`: also members by a team the channel is shared with.
    IndirectMembership,
    /// `useResourceSpecificConsentBasedAuthorization=true`.
    ResourceSpecificConsent,
}

impl Option {
    /// How it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Search => "$search",
            Self::Mentions => "$filter=mentions/any(..)",
            Self::Scopes => "$filter=(scopeInfo/scope eq ..)",
            Self::UserSpecificProperties => "notifyOnUserSpecificProperties",
            Self::IndirectMembership => "notifyOnIndirectMembershipUpdate",
            Self::ResourceSpecificConsent => "useResourceSpecificConsentBasedAuthorization",
        }
    }
}

/// Where an app can be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// In a group chat.
    GroupChat,
    /// For one user.
    Personal,
    /// In a team.
    Team,
}

impl Scope {
    /// Graph's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GroupChat => "groupChat",
            Self::Personal => "personal",
            Self::Team => "team",
        }
    }

    fn parse(text: &str) -> std::option::Option<Self> {
        [Self::GroupChat, Self::Personal, Self::Team]
            .into_iter()
            .find(|scope| scope.name() == text)
    }
}

/// The options of one subscription. Two texts that mean the same are equal: `model=` and white
/// space make no difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The text to search for.
    pub search: std::option::Option<String>,
    /// The user who is mentioned.
    pub mentions: std::option::Option<UserId>,
    /// The scopes; all of them where empty.
    pub scopes: Vec<Scope>,
    /// Whether what concerns one user's view is announced.
    pub user_specific_properties: bool,
    /// Whether indirect members are announced.
    pub indirect_membership: bool,
    /// Whether sharing a channel with a team announces none of that team's members.
    pub suppress_when_shared: bool,
    /// Whether the app was consented to by the team, chat or user itself.
    pub resource_specific_consent: bool,
}

/// Why a query string can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionFault {
    /// Not one that Graph documents.
    #[error("the option {0} is not one of the documents")]
    Unknown(String),
    /// Its value is not of the documented form.
    #[error("the value of {0} is not of the documented form")]
    Value(&'static str),
    /// It stands twice.
    #[error("{0} stands twice")]
    Twice(&'static str),
}

/// Longest text to search for, in bytes. Ours: Graph names none.
const SEARCH_BYTES: usize = 255;

impl Options {
    /// Reads what follows the `?`.
    ///
    /// # Errors
    /// [`OptionFault`]
    pub fn parse(query: &str) -> Result<Self, OptionFault> {
        let mut options = Self::default();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            options.take(name.trim(), value.trim())?;
        }
        Ok(options)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), OptionFault> {
        // Early documents wrote `?$notifyOn..`.
        match name.trim_start_matches('$') {
            // Nothing is metered since August 2025, and the parameter is ignored (GRAPH-38).
            "model" => Ok(()),
            "search" => {
                let plain = |char: char| !char.is_control() && char != '#';
                let fits = !value.is_empty() && value.len() <= SEARCH_BYTES;
                if !fits || !value.chars().all(plain) {
                    return Err(OptionFault::Value("$search"));
                }
                set(&mut self.search, value.to_owned(), "$search")
            }
            "filter" => self.filter(value),
            "notifyOnUserSpecificProperties" => flag(
                &mut self.user_specific_properties,
                value,
                "notifyOnUserSpecificProperties",
            ),
            "notifyOnIndirectMembershipUpdate" => flag(
                &mut self.indirect_membership,
                value,
                "notifyOnIndirectMembershipUpdate",
            ),
            "suppressNotificationWhenSharedUnsharedWithTeam" => flag(
                &mut self.suppress_when_shared,
                value,
                "suppressNotificationWhenSharedUnsharedWithTeam",
            ),
            "useResourceSpecificConsentBasedAuthorization" => flag(
                &mut self.resource_specific_consent,
                value,
                "useResourceSpecificConsentBasedAuthorization",
            ),
            _ => Err(OptionFault::Unknown(
                name.chars()
                    .filter(|char| !char.is_control())
                    .take(64)
                    .collect(),
            )),
        }
    }

    fn filter(&mut self, value: &str) -> Result<(), OptionFault> {
        const FAULT: OptionFault = OptionFault::Value("$filter");
        let squeezed: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(rest) = squeezed.strip_prefix("mentions/any(u: u/mentioned/user/id eq '") {
            let user = rest
                .strip_suffix("')")
                .and_then(UserId::parse)
                .ok_or(FAULT)?;
            return set(&mut self.mentions, user, "$filter");
        }
        let mut scopes = Vec::new();
        for term in squeezed.split(" or ") {
            let term = term.trim_matches(|char| matches!(char, '(' | ')' | ' '));
            let scope = term
                .strip_prefix("scopeInfo/scope eq '")
                .and_then(|rest| rest.strip_suffix('\''))
                .and_then(Scope::parse)
                .ok_or(FAULT)?;
            scopes.push(scope);
        }
        scopes.sort_unstable();
        scopes.dedup();
        if !self.scopes.is_empty() {
            return Err(OptionFault::Twice("$filter"));
        }
        self.scopes = scopes;
        Ok(())
    }

    /// The options that are set.
    pub fn set(&self) -> impl Iterator<Item = Option> {
        [
            (self.search.is_some(), Option::Search),
            (self.mentions.is_some(), Option::Mentions),
            (!self.scopes.is_empty(), Option::Scopes),
            (
                self.user_specific_properties,
                Option::UserSpecificProperties,
            ),
            (
                self.indirect_membership || self.suppress_when_shared,
                Option::IndirectMembership,
            ),
            (
                self.resource_specific_consent,
                Option::ResourceSpecificConsent,
            ),
        ]
        .into_iter()
        .filter_map(|(set, option)| set.then_some(option))
    }
}

impl fmt::Display for Options {
    /// The query string without its `?`; empty where nothing is set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(text) = &self.search {
            parts.push(format!("$search={text}"));
        }
        if let Some(user) = &self.mentions {
            parts.push(format!(
                "$filter=mentions/any(u: u/mentioned/user/id eq '{}')",
                user.as_str()
            ));
        }
        if !self.scopes.is_empty() {
            let terms: Vec<_> = self
                .scopes
                .iter()
                .map(|scope| format!("(scopeInfo/scope eq '{}')", scope.name()))
                .collect();
            parts.push(format!("$filter={}", terms.join(" or ")));
        }
        for (set, name) in [
            (
                self.user_specific_properties,
                "notifyOnUserSpecificProperties",
            ),
            (self.indirect_membership, "notifyOnIndirectMembershipUpdate"),
            (
                self.suppress_when_shared,
                "suppressNotificationWhenSharedUnsharedWithTeam",
            ),
            (
                self.resource_specific_consent,
                "useResourceSpecificConsentBasedAuthorization",
            ),
        ] {
            if set {
                parts.push(format!("{name}=true"));
            }
        }
        f.write_str(&parts.join("&"))
    }
}

fn set<T>(
    place: &mut std::option::Option<T>,
    value: T,
    name: &'static str,
) -> Result<(), OptionFault> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(OptionFault::Twice(name)),
    }
}

fn flag(place: &mut bool, value: &str, name: &'static str) -> Result<(), OptionFault> {
    match value {
        "true" => *place = true,
        "false" => *place = false,
        _ => return Err(OptionFault::Value(name)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "9a6eb4d1-826b-48b1-9627-b50836c8fee9";

    #[test]
    fn every_option_is_read_and_written() {
        for (query, written) in [
            ("$search=Hello", "$search=Hello"),
            ("model=A", ""),
            ("model=B&$search=a b", "$search=a b"),
            (
                "notifyOnUserSpecificProperties=true",
                "notifyOnUserSpecificProperties=true",
            ),
            (
                "$notifyOnUserSpecificProperties=true",
                "notifyOnUserSpecificProperties=true",
            ),
            ("notifyOnUserSpecificProperties=false", ""),
            (
                "suppressNotificationWhenSharedUnsharedWithTeam=true&notifyOnIndirectMembershipUpdate=true",
                "notifyOnIndirectMembershipUpdate=true&suppressNotificationWhenSharedUnsharedWithTeam=true",
            ),
            (
                "$filter= (scopeInfo/scope eq 'team')  or (scopeInfo/scope eq 'personal')&useResourceSpecificConsentBasedAuthorization=true",
                "$filter=(scopeInfo/scope eq 'personal') or (scopeInfo/scope eq 'team')&useResourceSpecificConsentBasedAuthorization=true",
            ),
        ] {
            let options = Options::parse(query).unwrap();
            assert_eq!(options.to_string(), written, "{query}");
            assert_eq!(Options::parse(written).unwrap(), options, "{query}");
        }
        let mentions = format!("$filter=mentions/any(u: u/mentioned/user/id eq '{USER}')");
        assert_eq!(Options::parse(&mentions).unwrap().to_string(), mentions);
    }

    #[test]
    fn what_graph_would_not_understand_is_refused() {
        for query in [
            "$select=id",
            "$expand=members",
            "$search=",
            "$search=a\r\nb",
            "$search=a#b",
            "$search=a&$search=b",
            "$filter=",
            "$filter=scopeInfo/scope eq 'tenant'",
            "$filter=mentions/any(u: u/mentioned/user/id eq 'me')",
            "$filter=lastModifiedDateTime gt 2026-01-01",
            "notifyOnUserSpecificProperties=yes",
            "useResourceSpecificConsentBasedAuthorization",
        ] {
            assert!(Options::parse(query).is_err(), "{query}");
        }
    }
}
