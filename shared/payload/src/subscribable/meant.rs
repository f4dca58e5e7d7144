//! The path that someone may have meant.

use super::key::KeyKind;
use super::path::find;
use super::{QueryOption, ROWS, SubscribableRow, SubscriptionPath};
use crate::resource::template::{self, KeyStyle, TemplatePart};
use crate::resource::{PathPart, is_function};
use crate::suggestion;

/// Twice as many parts as any path of the table has: what has more is nobody's slip.
const MOST_PARTS: usize = 16;

/// For a path with `me` in it: the same below a user.
pub(super) fn of_user(given: &[PathPart]) -> Option<String> {
    let at = given.iter().position(|part| part.is("me"))?;
    let (above, rest) = given.split_at_checked(at)?;
    let rest = rest.get(1..)?;
    let above = match above.split_last() {
        Some((users, above)) if users.is("users") => above,
        _ => above,
    };
    let row = ROWS.iter().find(|row| {
        let mut parts = template::parts(row.path);
        above.iter().all(|part| {
            let word = parts.next();
            matches!(word, Some(TemplatePart::Word(word)) if part.is(word))
        }) && parts.next() == Some(TemplatePart::Word("users"))
            && parts.next().is_some()
            && distance_within(0, parts, rest).is_some()
    })?;
    Some(row.path.to_owned())
}

/// For a text that is no path at all: the path that it is without what stands too much in it, if
/// that can be subscribed to.
pub(super) fn plainer(path: &str, query: &str) -> Option<String> {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let segments = segments.map(|segment| match segment.split_once('(') {
        Some((function, _)) if is_function(function) => function,
        _ => segment,
    });
    let plain = segments.collect::<Vec<_>>().join("/");
    let meant = match query {
        "" => plain.clone(),
        query => format!("{plain}?{query}"),
    };
    (plain != path).then_some(())?;
    let parsed = SubscriptionPath::parse(&meant).ok()?;
    Some(parsed.to_string())
}

/// For a path with quotes around its segments, or with functions by their qualified names.
fn bare(path: &str) -> Option<String> {
    let segments = path.split('/').map(bare_segment);
    let bare = segments.collect::<Vec<_>>().join("/");
    (bare != path).then_some(())?;
    let parsed = SubscriptionPath::parse(&bare).ok()?;
    Some(parsed.to_string())
}

/// Without any of them: what is left has nothing more to be taken away, so that nothing is asked for
/// its meaning again and again.
fn bare_segment(mut segment: &str) -> &str {
    const NAMESPACE: &str = "microsoft.graph.";
    loop {
        let unquoted = segment.strip_prefix('\'');
        let unquoted = unquoted.and_then(|key| key.strip_suffix('\''));
        let unqualified = || match segment.split_at_checked(NAMESPACE.len()) {
            Some((start, word)) if start.eq_ignore_ascii_case(NAMESPACE) => Some(word),
            _ => None,
        };
        match unquoted.or_else(unqualified) {
            Some(inner) => segment = inner,
            None => return segment,
        }
    }
}

/// For a path with a key too many: the same without it.
fn without_a_key(given: &[PathPart]) -> Option<String> {
    (1..given.len()).find_map(|at| {
        let mut fewer = given.to_vec();
        fewer.remove(at);
        let (row, keys) = find(&fewer).ok()?;
        // A path with the words alone is what its last word says.
        let is_function = fewer.last().is_some_and(|last| is_function(last.text()));
        let mut keys = keys.iter();
        let key = |_| keys.next().map(String::as_str);
        is_function.then(|| template::filled(row.path, KeyStyle::Segments, key))
    })
}

/// For a path that the table does not have, or that has something else in the place of an id.
pub(super) fn closest(path: &str, query: &str, given: &[PathPart]) -> Option<String> {
    (given.len() <= MOST_PARTS).then_some(())?;
    if let [users, _, meetings, meeting, artefacts] = given
        && users.is("users")
        && meetings.is("onlineMeetings")
    {
        let read_there = format!(
            "communications/onlineMeetings/{}/{}",
            meeting.text(),
            artefacts.text()
        );
        return Some(read_there);
    }
    if let [users, user, calls, _, artefacts] = given
        && users.is("users")
        && calls.is("adhocCalls")
    {
        let all = match artefacts.text().to_ascii_lowercase().as_str() {
            "transcripts" => "getAllTranscripts",
            _ => "getAllRecordings",
        };
        return Some(format!("users/{}/adhocCalls/{all}", user.text()));
    }
    if given
        .last()
        .is_some_and(|last| last.is("meetingCallEvents"))
    {
        let mut rows = ROWS.iter();
        let by_url = rows.find(|row| row.path.ends_with("meetingCallEvents"));
        return by_url.map(|row| row.path.to_owned());
    }
    if let Some(bare) = bare(path) {
        return Some(bare);
    }
    if query.to_ascii_lowercase().contains("joinweburl") {
        let by_url = ROWS.iter().find(|row| row.path.contains("joinWebUrl"));
        return by_url.map(|row| row.path.to_owned());
    }
    let most = (path.len() / 4).clamp(1, 4);
    let by_words = ROWS.iter().filter_map(|row| {
        let distance = distance_within(most, template::parts(row.path), given)?;
        (0 < distance).then_some((distance, row))
    });
    if let Some((_, row)) = by_words.min_by_key(|(distance, _)| *distance) {
        let keys = template::parts(row.path).zip(given);
        let mut keys = keys.filter(|(part, _)| !matches!(part, TemplatePart::Word(_)));
        let path = template::filled(row.path, KeyStyle::Segments, |_| {
            keys.next().map(|(_, given)| given.text())
        });
        return Some(path);
    }
    if let Some(path) = without_a_key(given) {
        return Some(path);
    }
    // One of a collection that can be subscribed to.
    let above = (1..given.len()).rev().find_map(|count| {
        let (above, _) = given.split_at_checked(count)?;
        find(above).ok()
    });
    if let Some((row, keys)) = above.filter(|(row, _)| row.path.contains('/')) {
        let mut keys = keys.iter();
        let key = |_| keys.next().map(String::as_str);
        return Some(template::filled(row.path, KeyStyle::Segments, key));
    }
    suggestion::closest(path, ROWS.iter().map(|row| row.path)).map(str::to_owned)
}

/// For a path that no permission of an application is for: another that announces the same.
pub(super) fn for_applications(row: &SubscribableRow) -> Option<String> {
    let start = |path: &'static str| -> Vec<_> { path.split('/').take(2).collect() };
    let mut others = ROWS.iter().filter(|other| {
        other.resource_type == row.resource_type
            && !other.is_delegated_only()
            && start(other.path) == start(row.path)
    });
    others.next().map(|other| other.path.to_owned())
}

/// For an option that `row` does not take: another path that announces the same and takes it.
pub(super) fn that_takes(row: &SubscribableRow, option: QueryOption) -> Option<String> {
    let takes = ROWS.iter().filter(|other| {
        other.resource_type == row.resource_type && other.options.contains(&option)
    });
    let start = |path: &'static str| path.split('/').next();
    let nearest = takes.min_by_key(|other| {
        let is_elsewhere = start(other.path) != start(row.path);
        (is_elsewhere, suggestion::distance(other.path, row.path))
    })?;
    Some(format!("{}?{}", nearest.path, option.name()))
}

/// The number of letters of the words that differ, if it is not more than `most`; `None` too where the
/// path has more or fewer parts.
fn distance_within(
    most: usize,
    mut parts: impl Iterator<Item = TemplatePart>,
    given: &[PathPart],
) -> Option<usize> {
    let mut left = most;
    for given in given {
        match parts.next()? {
            TemplatePart::Word(word) => {
                left -= suggestion::distance_within(left, word, given.text())?;
            }
            TemplatePart::Key(name) => {
                KeyKind::of(name).read(given.text()).ok()?;
            }
            TemplatePart::JoinUrl(_) => return None,
        }
    }
    parts.next().is_none().then_some(most - left)
}
