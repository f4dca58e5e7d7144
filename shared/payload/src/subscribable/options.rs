//! The query string of a subscription's resource.

use crate::resource::{UserId, percent_decode};
use std::fmt;

/// An option that some paths take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathOption {
    /// `$search=text`: messages with the text.
    Search,
    /// `$filter=mentions/any(u: u/mentioned/user/id eq '<user>')`: messages that mention a user.
    Mentions,
    /// `$filter=participants/any(p:p/id eq '<user>')`: call records of some people.
    Participants,
    /// `$filter=appClass eq 'IPM.SkypeTeams.Message.Copilot.Teams'`: interactions by a member of
    /// their own.
    Interactions,
    /// `$filter=(scopeInfo/scope eq 'team')`: installations in some scopes.
    Scopes,
    /// `notifyOnUserSpecificProperties=true`: also what concerns one user's view of a chat.
    UserSpecificProperties,
    /// `notifyOnIndirectMembershipUpdate=true`: also members by a team the channel is shared with.
    IndirectMembership,
    /// `useResourceSpecificConsentBasedAuthorization=true`.
    ResourceSpecificConsent,
}

impl PathOption {
    /// The name as it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Search => "$search",
            Self::Mentions => "$filter=mentions/any(..)",
            Self::Participants => "$filter=participants/any(..)",
            Self::Interactions => "$filter=<member> eq '..'",
            Self::Scopes => "$filter=(scopeInfo/scope eq ..)",
            Self::UserSpecificProperties => USER_SPECIFIC,
            Self::IndirectMembership => INDIRECT,
            Self::ResourceSpecificConsent => CONSENT,
        }
    }
}

/// The place where an app can be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstallationScope {
    /// In a group chat.
    GroupChat,
    /// For one user.
    Personal,
    /// In a team.
    Team,
}

impl InstallationScope {
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
            .find(|scope| scope.name().eq_ignore_ascii_case(text))
    }
}

/// The options of one subscription. Two texts that mean the same are equal: `model=` and white
/// space make no difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathOptions {
    /// The text to search for.
    pub search: std::option::Option<String>,
    /// The user who is mentioned.
    pub mentions: std::option::Option<UserId>,
    /// The people of call records, as the filter names them.
    pub participants: std::option::Option<String>,
    /// The interactions, as the filter names them.
    pub interactions: std::option::Option<String>,
    /// The scopes; all of them where empty.
    pub scopes: Vec<InstallationScope>,
    /// True if changes of one user's view are announced.
    pub user_specific_properties: bool,
    /// True if indirect members are announced.
    pub indirect_membership: bool,
    /// True if sharing a channel with a team announces none of that team's members.
    pub suppress_when_shared: bool,
    /// True if the app was consented to by the team, chat or user itself.
    pub resource_specific_consent: bool,
}

/// The reason why a query string can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionFault {
    /// Not one that Graph documents.
    #[error("the option {0} is not one of the documents")]
    Unknown(String),
    /// Its value is not of the documented form.
    #[error("the value of {0} is not of the documented form")]
    Value(&'static str),
    /// A percent sign without two hexadecimal digits, or escapes that are no UTF-8.
    #[error("the query string holds a percent sign that begins no escape: write %25 for it")]
    Escape,
    /// It stands twice.
    #[error("{0} stands twice")]
    Twice(&'static str),
}

const USER_SPECIFIC: &str = "notifyOnUserSpecificProperties";
const INDIRECT: &str = "notifyOnIndirectMembershipUpdate";
const SUPPRESS: &str = "suppressNotificationWhenSharedUnsharedWithTeam";
const CONSENT: &str = "useResourceSpecificConsentBasedAuthorization";
/// Every name, as the documents spell it but for a `$`.
const NAMES: [&str; 7] = [
    "model",
    "search",
    "filter",
    USER_SPECIFIC,
    INDIRECT,
    SUPPRESS,
    CONSENT,
];

/// Longest text to search for, in bytes. Ours: Graph names none.
const SEARCH_BYTES: usize = 255;

impl PathOptions {
    /// Reads what follows the `?`.
    ///
    /// # Errors
    /// [`OptionFault`]
    pub fn parse(query: &str) -> Result<Self, OptionFault> {
        let mut options = Self::default();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let decoded = |text| percent_decode(text).map_err(|_| OptionFault::Escape);
            options.take(decoded(name)?.trim(), decoded(value)?.trim())?;
        }
        Ok(options)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), OptionFault> {
        // Early documents wrote `?$notifyOn..`.
        let name = name.trim_start_matches('$');
        let known = NAMES
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(name));
        match known {
            // Nothing is metered since August 2025, and the parameter is ignored (GRAPH-38).
            Some("model") => Ok(()),
            Some("search") => {
                let plain = value.chars().all(|char| !char.is_control());
                if value.is_empty() || value.len() > SEARCH_BYTES || !plain {
                    return Err(OptionFault::Value("$search"));
                }
                set(&mut self.search, value.to_owned(), "$search")
            }
            Some("filter") => self.filter(value),
            Some(name @ USER_SPECIFIC) => flag(&mut self.user_specific_properties, value, name),
            Some(name @ INDIRECT) => flag(&mut self.indirect_membership, value, name),
            Some(name @ SUPPRESS) => flag(&mut self.suppress_when_shared, value, name),
            Some(name @ CONSENT) => flag(&mut self.resource_specific_consent, value, name),
            _ => {
                let shown = name.chars().filter(|char| !char.is_control());
                Err(OptionFault::Unknown(shown.take(64).collect()))
            }
        }
    }

    fn filter(&mut self, value: &str) -> Result<(), OptionFault> {
        const FAULT: OptionFault = OptionFault::Value("$filter");
        let words = value.split(|char: char| char.is_whitespace() || char == '+');
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        let squeezed = words.join(" ");
        if let Some(of_each) = any(&squeezed, "mentions") {
            let user = after(of_each, "mentioned/user/id eq ");
            let user = user.and_then(quoted_user).ok_or(FAULT)?;
            return set(&mut self.mentions, user, "$filter");
        }
        if let Some(participants) = participants(&squeezed) {
            return set(&mut self.participants, participants, "$filter");
        }
        if squeezed.split(" and ").all(is_of_interactions) {
            return set(&mut self.interactions, squeezed, "$filter");
        }
        let mut scopes = Vec::new();
        for term in squeezed.split(" or ") {
            let term = term.trim_matches(|char| matches!(char, '(' | ')' | ' '));
            let scope = after(term, "scopeInfo/scope eq '")
                .and_then(|rest| rest.strip_suffix('\''))
                .and_then(InstallationScope::parse)
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
    pub fn set(&self) -> impl Iterator<Item = PathOption> {
        [
            (self.search.is_some(), PathOption::Search),
            (self.mentions.is_some(), PathOption::Mentions),
            (self.participants.is_some(), PathOption::Participants),
            (self.interactions.is_some(), PathOption::Interactions),
            (!self.scopes.is_empty(), PathOption::Scopes),
            (
                self.user_specific_properties,
                PathOption::UserSpecificProperties,
            ),
            (
                self.indirect_membership || self.suppress_when_shared,
                PathOption::IndirectMembership,
            ),
            (
                self.resource_specific_consent,
                PathOption::ResourceSpecificConsent,
            ),
        ]
        .into_iter()
        .filter_map(|(set, option)| set.then_some(option))
    }
}

impl fmt::Display for PathOptions {
    /// The query string without its `?`; empty where nothing is set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(text) = &self.search {
            parts.push(format!("$search={}", escaped(text)));
        }
        if let Some(user) = &self.mentions {
            parts.push(format!(
                "$filter=mentions/any(u: u/mentioned/user/id eq '{}')",
                user.as_str()
            ));
        }
        for filter in [&self.participants, &self.interactions]
            .into_iter()
            .flatten()
        {
            parts.push(format!("$filter={}", escaped(filter)));
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
            (self.user_specific_properties, USER_SPECIFIC),
            (self.indirect_membership, INDIRECT),
            (self.suppress_when_shared, SUPPRESS),
            (self.resource_specific_consent, CONSENT),
        ] {
            if set {
                parts.push(format!("{name}=true"));
            }
        }
        f.write_str(&parts.join("&"))
    }
}

/// The condition that `<collection>/any(<x>: <x>/<of each>)` puts on each: the variable has any
/// name, and blanks may stand around it.
fn any<'a>(filter: &'a str, collection: &str) -> std::option::Option<&'a str> {
    let rest = after(filter, collection)?;
    let lambda = after(rest, "/any(")?.strip_suffix(')')?;
    let (variable, of_each) = lambda.split_once(':')?;
    let variable = variable.trim();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if variable.is_empty() || !variable.bytes().all(is_name) {
        return None;
    }
    let of_each = of_each.trim().strip_prefix(variable)?;
    of_each.strip_prefix('/')
}

/// `'<guid>'`
fn quoted_user(text: &str) -> std::option::Option<UserId> {
    let user = text.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    UserId::parse(user)
}

/// One spelling of `participants/any(p:p/id eq '<user>')` or `.. in ('<user>','<user>')`, several
/// behind `or`.
fn participants(filter: &str) -> std::option::Option<String> {
    let terms = filter.split(" or ").map(|term| {
        let of_each = any(term.trim(), "participants")?;
        if let Some(user) = after(of_each, "id eq ") {
            let user = quoted_user(user)?;
            return Some(format!("participants/any(p:p/id eq '{}')", user.as_str()));
        }
        let users = after(of_each, "id in ")?.trim();
        let users = users.strip_prefix('(')?.strip_suffix(')')?.split(',');
        let users = users.map(|user| Some(format!("'{}'", quoted_user(user)?.as_str())));
        let users: Vec<_> = users.collect::<std::option::Option<_>>()?;
        Some(format!("participants/any(p:p/id in ({}))", users.join(",")))
    });
    let terms: Vec<_> = terms.collect::<std::option::Option<_>>()?;
    Some(terms.join(" or "))
}

/// `<member> eq '<text>'` or `<member> ne '<text>'`: only members of the interaction itself.
fn is_of_interactions(term: &str) -> bool {
    let mut words = term.splitn(3, ' ');
    let (member, operator, text) = (words.next(), words.next(), words.next());
    let text = text.and_then(|text| text.strip_prefix('\'')?.strip_suffix('\''));
    member.is_some_and(|member| {
        !member.is_empty() && member.bytes().all(|byte| byte.is_ascii_alphabetic())
    }) && matches!(operator, Some("eq" | "ne"))
        && text.is_some_and(|text| !text.contains('\'') && text.len() <= SEARCH_BYTES)
}

/// The rest of `text` after `start`, in any case.
fn after<'a>(text: &'a str, start: &str) -> std::option::Option<&'a str> {
    let (found, rest) = text.split_at_checked(start.len())?;
    found.eq_ignore_ascii_case(start).then_some(rest)
}

/// Escapes what would end a value, or be read as something else.
fn escaped(text: &str) -> String {
    let escape = |char: char| match char {
        '%' | '&' | '#' | '+' => format!("%{:02X}", u32::from(char)),
        char => char.to_string(),
    };
    text.chars().map(escape).collect()
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
    match value.to_ascii_lowercase().as_str() {
        "true" => *place = true,
        "false" => *place = false,
        _ => return Err(OptionFault::Value(name)),
    }
    Ok(())
}

#[cfg(test)]
mod tests;
