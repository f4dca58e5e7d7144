//! The size of each deployment package.

use crate::function::FUNCTIONS;
use crate::report::{Figure, Report};
use anyhow::{Context, ensure};
use std::fs::{create_dir_all, metadata};
use std::path::Path;
use std::process::Command;

/// Lambda's limit for a package that is uploaded directly.
const LIMIT: (&str, f64) = ("Lambda's 50 MB", 50.0);
const MB: f64 = 1e6;
/// As the deployment makes it: one deflated file by the name that the runtime starts.
const ZIP: &str = "import sys, zipfile
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as package:
    package.write(sys.argv[1], 'bootstrap')";

/// Makes the packages in `bin_dir/bench`.
pub(crate) fn measure(bin_dir: &Path, report: &Report) -> anyhow::Result<()> {
    let folder = bin_dir.join("bench");
    create_dir_all(&folder)?;
    for (name, ..) in FUNCTIONS {
        let (binary, package) = (bin_dir.join(name), folder.join(format!("{name}.zip")));
        let status = Command::new("python3")
            .args(["-c", ZIP])
            .args([&binary, &package])
            .status()
            .context("python3 makes the packages")?;
        ensure!(status.success(), "no package of {}", binary.display());
        let bytes = metadata(&package)?.len() as f64;
        report.figure(
            &Figure::new("zip", name, bytes / MB, "MB")
                .to(LIMIT.0, LIMIT.1)
                .with("bytes", bytes)
                .with("binary bytes", metadata(&binary)?.len() as f64),
        )?;
    }
    Ok(())
}
