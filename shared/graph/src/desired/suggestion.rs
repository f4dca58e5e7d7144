//! What someone may have meant.

/// The one of `known` that is closest to `text`, if it is close.
pub(super) fn closest(
    text: &str,
    known: impl IntoIterator<Item = &'static str>,
) -> Option<&'static str> {
    let text = text.trim_matches('/').to_ascii_lowercase();
    let most = (text.chars().count() / 4).clamp(1, 4);
    known
        .into_iter()
        .map(|word| (distance(&text, &word.to_ascii_lowercase()), word))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many letters have to be put in, left out or replaced.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut diagonal = above;
        let mut left = above + 1;
        for (cell, beside) in row.iter_mut().skip(1).zip(&other) {
            let replaced = diagonal + usize::from(letter != *beside);
            diagonal = *cell;
            left = replaced.min(*cell + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_the_fewest_letters_to_change() {
        for (one, other, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("changes", "change", 1),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

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
