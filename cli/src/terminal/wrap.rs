//! Lines that fit a terminal.

use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// The indent of a line that goes on, beyond that of its beginning.
const HANGING: usize = 4;
/// A narrower terminal is left to wrap by itself.
const NARROWEST: usize = 30;

/// The same text, wrapped between words. What stands in backticks is a word: a command can be taken from the
/// screen as it stands. A word that is wider than the terminal is left to it.
pub(super) fn lines(text: &str, columns: usize) -> String {
    if columns < NARROWEST {
        return text.to_owned();
    }
    let mut wrapped = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        let words = line.trim_start_matches(' ');
        let indent = line.len() - words.len();
        let (first, hanging) = (" ".repeat(indent), " ".repeat(indent + HANGING));
        let options = Options::new(columns)
            .initial_indent(&first)
            .subsequent_indent(&hanging)
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation)
            .word_separator(WordSeparator::Custom(|line| Box::new(SpacedWords(line))))
            .wrap_algorithm(WrapAlgorithm::FirstFit);
        wrapped.push_str(&textwrap::fill(words, options));
        wrapped.push_str(end);
    }
    wrapped
}

/// Words of a line, each with the spaces after it.
struct SpacedWords<'a>(&'a str);

impl<'a> Iterator for SpacedWords<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let (mut is_quoted, mut is_over) = (false, false);
        let end = self.0.char_indices().find(|(_, char)| {
            match char {
                '`' => is_quoted = !is_quoted,
                ' ' if !is_quoted => is_over = true,
                _ => {}
            }
            is_over && *char != ' '
        });
        let end = end.map_or(self.0.len(), |(at, _)| at);
        let (word, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        (!word.is_empty()).then(|| Word::from(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_on_below_its_beginning_and_no_line_is_wider_than_the_terminal() {
        let text =
            "short\n  ! a line of a finding that is longer than this terminal is wide\n\nend";
        assert_eq!(
            lines(text, 40),
            "short\n  ! a line of a finding that is longer\n      than this terminal is wide\n\nend"
        );
    }

    #[test]
    fn a_command_stays_on_one_line_and_a_long_word_stays_whole() {
        let command = "`aws sqs set-queue-attributes --queue-url https://sqs.example/1`";
        let text = format!("      -> {command}, and deploy again");
        assert_eq!(
            lines(&text, 40),
            format!("      ->\n          {command},\n          and deploy again")
        );
    }

    #[test]
    fn colours_have_no_width_and_columns_keep_their_spaces() {
        let text = "  \u{1b}[31mred\u{1b}[0m   23456789 123456789 12345";
        assert_eq!(lines(text, 36), text);
        assert_eq!(lines("a     b", 80), "a     b");
        // Nothing sensible fits.
        assert_eq!(
            lines("one two three four five six seven", 20),
            "one two three four five six seven"
        );
    }
}
