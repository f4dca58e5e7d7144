//! Looking at the letters of a queue, which leaves each where it is.

use crate::dead_letters::letter::DeadLetter;
use crate::dead_letters::source::{LetterSource, PATIENCE};
use crate::replay::once::{LetterRecord, LettersOfRun};
use crate::replay::stop::StopSignal;
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Requests under way at once.
const LOOKERS: usize = 4;

/// Shows every letter once to `visit` until it has seen enough, then makes all visible again. Each
/// was received once more.
///
/// # Errors
/// Those of `visit`, and what SQS says.
pub(crate) async fn look(
    source: &Arc<LetterSource>,
    stop: &Arc<StopSignal>,
    visit: impl FnMut(&DeadLetter) -> anyhow::Result<ControlFlow<()>>,
) -> anyhow::Result<()> {
    let showing = show(source, stop, visit);
    let seen = stop.beside(showing, source.keep_hidden()).await;
    let released = source.release().await;
    seen.and(released)
}

async fn show(
    source: &Arc<LetterSource>,
    stop: &Arc<StopSignal>,
    mut visit: impl FnMut(&DeadLetter) -> anyhow::Result<ControlFlow<()>>,
) -> anyhow::Result<()> {
    let (found, mut letters) = mpsc::channel(1);
    let mut lookers = JoinSet::new();
    let count = if source.is_fifo() { 1 } else { LOOKERS };
    for _ in 0..count {
        let (source, stop, found) = (Arc::clone(source), Arc::clone(stop), found.clone());
        lookers.spawn(async move { receive(&source, &stop, &found).await });
    }
    drop(found);
    let mut outcome = Ok(());
    let once = LettersOfRun::default();
    while let Some(letter) = letters.recv().await {
        let letter: DeadLetter = letter;
        let is_first = once.meet(&letter.id, &letter.handle) == LetterRecord::First;
        let _ = once.pass_over(&letter.id);
        if is_first && outcome.is_ok() && !stop.is_asked() {
            let went = visit(&letter);
            if !matches!(went, Ok(ControlFlow::Continue(()))) {
                stop.ask();
            }
            outcome = went.map(|_| ());
        }
        source.pass_over(letter.handle)?;
    }
    while let Some(looked) = lookers.join_next().await {
        outcome = outcome.and(looked?);
    }
    outcome
}

async fn receive(
    source: &LetterSource,
    stop: &StopSignal,
    found: &mpsc::Sender<DeadLetter>,
) -> anyhow::Result<()> {
    while !stop.is_asked() {
        let letters = match source.receive(PATIENCE).await {
            Ok(letters) => letters,
            Err(fault) => {
                stop.ask();
                return Err(fault);
            }
        };
        if letters.is_empty() {
            break;
        }
        for letter in letters {
            // Nobody hangs up before all are told.
            let _ = found.send(letter).await;
        }
    }
    Ok(())
}
