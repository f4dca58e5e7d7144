//! What makes a program trust the services of this run.

use std::fs::{create_dir_all, read_to_string, remove_dir_all, write};
use std::path::{Path, PathBuf};

/// Where Linux keeps its root certificates; the first is Lambda's.
const SYSTEMS: [&str; 3] = [
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
];

/// Files of root certificates, for as long as this lives.
pub(crate) struct Trust {
    folder: PathBuf,
    bundle: PathBuf,
    own: PathBuf,
}

impl Trust {
    /// Writes `root` to `folder`: by itself, and behind the system's own, so that a program has
    /// as many to read as on Lambda.
    pub(crate) fn write(root: &str, folder: &Path) -> std::io::Result<Self> {
        create_dir_all(folder)?;
        let trust = Self {
            folder: folder.to_owned(),
            bundle: folder.join("roots.pem"),
            own: folder.join("root.pem"),
        };
        let system = SYSTEMS.iter().find_map(|path| read_to_string(path).ok());
        write(&trust.bundle, system.unwrap_or_default() + "\n" + root)?;
        write(&trust.own, root)?;
        Ok(trust)
    }

    /// The variables by which rustls' native roots, botocore and the peers' own code find them.
    pub(crate) fn settings(&self) -> impl Iterator<Item = (String, String)> {
        [
            ("SSL_CERT_FILE", &self.bundle),
            ("AWS_CA_BUNDLE", &self.bundle),
            ("BENCH_ROOT", &self.own),
        ]
        .map(|(name, path)| (name.to_owned(), path.display().to_string()))
        .into_iter()
    }
}

impl Drop for Trust {
    fn drop(&mut self) {
        // One that stays is in nobody's way.
        let _ = remove_dir_all(&self.folder);
    }
}
