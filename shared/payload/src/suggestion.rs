//! The text that someone may have meant.

/// Most letters that may have to be put in, left out, replaced or swapped: a quarter of them, and
/// four at most.
fn most(text: &str) -> usize {
    (text.chars().count() / 4).clamp(1, 4)
}

/// The number of letters to insert, leave out, replace or swap, case aside.
pub(crate) fn distance(one: &str, other: &str) -> usize {
    strsim::osa_distance(&one.to_ascii_lowercase(), &other.to_ascii_lowercase())
}

/// The same, if it is not more than `most`: a long text is compared with nothing short, as so many
/// letters have to be left out at least.
pub(crate) fn distance_within(most: usize, one: &str, other: &str) -> Option<usize> {
    let length = |text: &str| text.chars().count();
    let is_near = length(one).abs_diff(length(other)) <= most;
    let distance = is_near.then(|| distance(one, other))?;
    (distance <= most).then_some(distance)
}

/// The one of `known` that is closest to `text`, if it is close.
pub fn closest<T: AsRef<str>>(text: &str, known: impl IntoIterator<Item = T>) -> Option<T> {
    let text = text.trim_matches('/');
    let most = most(text);
    known
        .into_iter()
        .filter_map(|word| Some((distance_within(most, text, word.as_ref())?, word)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_close_is_suggested() {
        let known = ["chats/getAllMessages", "teams/getAllMessages", "chats"];
        assert_eq!(
            closest("chats/getAllMessage", known),
            Some("chats/getAllMessages")
        );
        assert_eq!(closest("/chat", known), Some("chats"));
        assert_eq!(closest("users", known), None);
    }
}
