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

/// The one of `known` that is closest to `text`, if it is close.
pub fn closest<T: AsRef<str>>(text: &str, known: impl IntoIterator<Item = T>) -> Option<T> {
    let text = text.trim_matches('/');
    let (most, length) = (most(text), text.chars().count());
    known
        .into_iter()
        // So many letters have to be put in or left out at least: a long text is compared with nothing.
        .filter(|word| word.as_ref().chars().count().abs_diff(length) <= most)
        .map(|word| (distance(text, word.as_ref()), word))
        .filter(|(distance, _)| *distance <= most)
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
