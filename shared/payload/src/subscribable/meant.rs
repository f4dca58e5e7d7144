//! The path that someone may have meant.

use super::key::KeyKind;
use super::path::find;
use super::{QueryOption, ROWS, Subscribable};
use crate::resource::PathPart;
use crate::resource::template::{self, Part, Style};
use crate::suggestion;

/// For a path below `me`: the same below a user.
pub(super) fn of_user(given: &[PathPart]) -> Option<String> {
    let (_, rest) = given.split_first()?;
    let row = ROWS.iter().find(|row| {
        let mut parts = template::parts(row.path);
        let of_user = parts.next() == Some(Part::Word("users")) && parts.next().is_some();
        of_user && distance(parts, rest) == Some(0)
    })?;
    Some(row.path.to_owned())
}

/// For a path that the table does not have, or that has something else in the place of an id.
pub(super) fn closest(path: &str, query: &str, given: &[PathPart]) -> Option<String> {
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
    if query.to_ascii_lowercase().contains("joinweburl") {
        let by_url = ROWS.iter().find(|row| row.path.contains("joinWebUrl"));
        return by_url.map(|row| row.path.to_owned());
    }
    let most = (path.len() / 4).clamp(1, 4);
    let by_words = ROWS.iter().filter_map(|row| {
        let distance = distance(template::parts(row.path), given)?;
        (0 < distance && distance <= most).then_some((distance, row))
    });
    if let Some((_, row)) = by_words.min_by_key(|(distance, _)| *distance) {
        let keys = template::parts(row.path).zip(given);
        let mut keys = keys.filter(|(part, _)| !matches!(part, Part::Word(_)));
        let path = template::filled(row.path, Style::Segments, |_| {
            keys.next().map(|(_, given)| given.text())
        });
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
        return Some(template::filled(row.path, Style::Segments, key));
    }
    suggestion::closest(path, ROWS.iter().map(|row| row.path)).map(str::to_owned)
}

/// For a path that no permission of an application is for: another that announces the same.
pub(super) fn for_applications(row: &Subscribable) -> Option<String> {
    let start = |path: &'static str| -> Vec<_> { path.split('/').take(2).collect() };
    let mut others = ROWS.iter().filter(|other| {
        other.resource_type == row.resource_type
            && !other.is_delegated_only()
            && start(other.path) == start(row.path)
    });
    others.next().map(|other| other.path.to_owned())
}

/// For an option that `row` does not take: another path that announces the same and takes it.
pub(super) fn that_takes(row: &Subscribable, option: QueryOption) -> Option<String> {
    let takes = ROWS.iter().filter(|other| {
        other.resource_type == row.resource_type && other.options.contains(&option)
    });
    let nearest = takes.min_by_key(|other| suggestion::distance(other.path, row.path))?;
    Some(format!("{}?{}", nearest.path, option.name()))
}

/// How many letters of the words differ; `None` where the path has more or fewer parts.
fn distance(mut parts: impl Iterator<Item = Part>, given: &[PathPart]) -> Option<usize> {
    let mut sum = 0;
    for given in given {
        sum += match parts.next()? {
            Part::Word(word) => suggestion::distance(word, given.text()),
            Part::Key(name) if KeyKind::of(name).read(given.text()).is_ok() => 0,
            Part::Key(_) | Part::JoinUrl(_) => return None,
        };
    }
    parts.next().is_none().then_some(sum)
}
