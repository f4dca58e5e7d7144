//! Every state of every model within the wide bounds, counted.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let began = Instant::now();
    let is_wide = std::env::args()
        .nth(1)
        .is_none_or(|bounds| bounds != "narrow");
    let (mut states, mut broken, mut never) = (0, 0, 0);
    for model in teamwire_model::all(is_wide) {
        println!(
            "{}: {} states, {} actions deep",
            model.name, model.states, model.depth
        );
        for (promise, path) in &model.broken {
            println!("  broken: {promise}, by {}", path.join(", "));
        }
        for situation in &model.never {
            println!("  never: {situation}");
        }
        states += model.states;
        broken += model.broken.len();
        never += model.never.len();
    }
    println!(
        "states {states}, broken {broken}, never seen {never}, in {} s",
        began.elapsed().as_secs()
    );
    ExitCode::from(u8::from(broken + never > 0))
}
