//! The stack that `make run` has started in this checkout.

use anyhow::anyhow;
use std::path::Path;

/// Variables of the stack that `make run` has started, as `.local/env` exports them.
#[derive(Debug)]
pub(crate) struct LocalStack(String);

impl LocalStack {
    /// That of the checkout that the current folder is in.
    ///
    /// # Errors
    /// None runs there.
    pub(crate) fn here() -> anyhow::Result<Self> {
        Self::above(&std::env::current_dir()?)
    }

    /// The file in the nearest folder above that has one.
    fn above(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.ancestors().map(|above| above.join(".local/env"));
        let text = file.map(std::fs::read_to_string).find_map(Result::ok);
        text.map(Self).ok_or_else(|| {
            anyhow!("--local: no stack runs from this folder's checkout; make run starts one")
        })
    }

    /// The value of a variable.
    ///
    /// # Errors
    /// The stack was started by another version.
    pub(crate) fn of(&self, name: &str) -> anyhow::Result<String> {
        let mut lines = self.0.lines();
        let value = lines.find_map(|line| {
            let value = line.strip_prefix("export ")?.strip_prefix(name)?;
            Some(value.strip_prefix('=')?.trim_matches('\'').to_owned())
        });
        value.ok_or_else(|| anyhow!("--local: .local/env has no {name}: start make run again"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_stack_is_that_of_the_nearest_checkout_and_reads_what_a_shell_sources() {
        let folder = std::env::temp_dir().join(format!("teamwire-local-{}", std::process::id()));
        let below = folder.join("infra/sam");
        std::fs::create_dir_all(&below).unwrap();
        std::fs::create_dir_all(folder.join(".local")).unwrap();
        let said = LocalStack::above(&below).unwrap_err().to_string();
        assert!(said.contains("make run starts one"), "{said}");
        let text = "export AWS_REGION=eu-central-1\nexport PATH='/a b':\"$PATH\"\n";
        std::fs::write(folder.join(".local/env"), text).unwrap();
        let local = LocalStack::above(&below).unwrap();
        assert_eq!(local.of("AWS_REGION").unwrap(), "eu-central-1");
        assert!(local.of("AWS").is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
