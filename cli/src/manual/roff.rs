//! A page for `man`.

use crate::manual::page::Page;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

/// The page, as roff.
///
/// # Errors
/// None: it is written to memory.
pub(super) fn page(page: &Page) -> anyhow::Result<Vec<u8>> {
    let description = [&[page.about.clone()][..], &page.description].concat();
    let command = page.command.clone().long_about(description.join("\n\n"));
    let man = Man::new(command)
        .title(page.file_name().to_uppercase())
        .source(format!("teamwire {}", env!("CARGO_PKG_VERSION")))
        .manual("teamwire");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if page.is_group() {
        man.render_subcommands_section(&mut text)?;
    }
    let mut rest = Roff::new();
    if !page.statuses.is_empty() {
        rest.control("SH", ["EXIT STATUS"]);
        rows(
            &mut rest,
            page.statuses
                .iter()
                .map(|(code, what)| (code.as_str(), what.as_str())),
        );
    }
    rest.control("SH", ["ENVIRONMENT"]);
    rows(&mut rest, page.environment.iter().copied());
    if !page.examples.is_empty() {
        rest.control("SH", ["EXAMPLES"]);
        rest.control("nf", []);
        for line in &page.examples {
            rest.text([roman(line.as_str())]);
        }
        rest.control("fi", []);
    }
    rest.to_writer(&mut text)?;
    Ok(text)
}

fn rows<'a>(roff: &mut Roff, rows: impl Iterator<Item = (&'a str, &'a str)>) {
    for (name, what) in rows {
        roff.control("TP", []);
        roff.text([bold(name)]);
        roff.text([roman(what)]);
    }
}
