//! Envelopes made by other implementations, at each key size: by Node, by Python's `cryptography`
//! and by the `openssl` command, as far as they are installed.

use crate::parties::{Party, open_now};
use crate::pem::block;
use aws_lc_rs::rsa::KeySize;
use std::io::ErrorKind;
use std::process::Command;
use teamwire_payload::EncryptedContent;

/// A program that seals `PLAINTEXT` for `PUBLIC_KEY` and prints an `encryptedContent`. It ends
/// with [`NOT_INSTALLED`] where something it needs is not there.
struct Sealer {
    name: &'static str,
    program: &'static str,
    script: [&'static str; 2],
}

const NOT_INSTALLED: i32 = 77;

const SEALERS: [Sealer; 3] = [
    Sealer {
        name: "Node",
        program: "node",
        script: ["-e", NODE],
    },
    Sealer {
        name: "Python",
        program: "python3",
        script: ["-c", PYTHON],
    },
    Sealer {
        name: "OpenSSL",
        program: "sh",
        script: ["-c", OPENSSL],
    },
];

const NODE: &str = r#"
const crypto = require("crypto");
const key = crypto.randomBytes(32);
const cipher = crypto.createCipheriv("aes-256-cbc", key, key.subarray(0, 16));
const data = Buffer.concat([cipher.update(process.env.PLAINTEXT, "utf8"), cipher.final()]);
const padding = crypto.constants.RSA_PKCS1_OAEP_PADDING;
const sealed = crypto.publicEncrypt({ key: process.env.PUBLIC_KEY, padding, oaepHash: "sha1" }, key);
console.log(JSON.stringify({
  data: data.toString("base64"),
  dataSignature: crypto.createHmac("sha256", key).update(data).digest("base64"),
  dataKey: sealed.toString("base64"),
  encryptionCertificateId: process.env.CERTIFICATE_ID,
}));
"#;

const PYTHON: &str = r#"
import base64, hashlib, hmac, json, os, sys
try:
    from cryptography.hazmat.primitives import hashes, padding, serialization
    from cryptography.hazmat.primitives.asymmetric import padding as asymmetric
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
except ImportError:
    sys.exit(77)
key = os.urandom(32)
padder = padding.PKCS7(128).padder()
text = padder.update(os.environ["PLAINTEXT"].encode()) + padder.finalize()
encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
data = encryptor.update(text) + encryptor.finalize()
public_key = serialization.load_pem_public_key(os.environ["PUBLIC_KEY"].encode())
oaep = asymmetric.OAEP(asymmetric.MGF1(hashes.SHA1()), hashes.SHA1(), None)
text = lambda data: base64.b64encode(data).decode()
print(json.dumps({
    "data": text(data),
    "dataSignature": text(hmac.new(key, data, hashlib.sha256).digest()),
    "dataKey": text(public_key.encrypt(key, oaep)),
    "encryptionCertificateId": os.environ["CERTIFICATE_ID"],
}))
"#;

const OPENSSL: &str = r#"
command -v openssl >/dev/null || exit 77
set -e
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"
printf %s "$PUBLIC_KEY" >public.pem
printf %s "$PLAINTEXT" >plaintext
openssl rand -out key 32
key=$(od -An -v -tx1 key | tr -d ' \n')
openssl enc -aes-256-cbc -K "$key" -iv "$(printf %.32s "$key")" -in plaintext -out data
openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary -out signature data
openssl pkeyutl -encrypt -pubin -inkey public.pem -pkeyopt rsa_padding_mode:oaep -in key -out sealed
text() { openssl base64 -A -in "$1"; }
printf '{"data":"%s","dataSignature":"%s","dataKey":"%s","encryptionCertificateId":"%s"}' \
  "$(text data)" "$(text signature)" "$(text sealed)" "$CERTIFICATE_ID"
"#;

impl Sealer {
    /// The envelope, or nothing where the program is not installed.
    fn seal(&self, party: &Party, plaintext: &str) -> Option<EncryptedContent> {
        let output = Command::new(self.program)
            .args(self.script)
            .env("PUBLIC_KEY", block("PUBLIC KEY", &party.spki_der))
            .env("PLAINTEXT", plaintext)
            .env("CERTIFICATE_ID", &party.certificate_id)
            .env("TMPDIR", env!("CARGO_TARGET_TMPDIR"))
            .output();
        let output = match output {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return None,
            output => output.unwrap(),
        };
        if output.status.code() == Some(NOT_INSTALLED) {
            return None;
        }
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", self.name);
        Some(serde_json::from_slice(&output.stdout).unwrap())
    }
}

#[test]
fn envelopes_by_other_implementations_open_at_every_key_size() {
    // Lengths of text that leave no, some and most of the last block to the padding.
    let cases = [
        (KeySize::Rsa2048, r#"{"id":"a","n":1}"#.to_owned()),
        (
            KeySize::Rsa3072,
            r#"{"content":"Grüße, 你好 🔑"}"#.to_owned(),
        ),
        (
            KeySize::Rsa4096,
            format!(r#"{{"a":"{}"}}"#, "x".repeat(4_000)),
        ),
    ];
    let mut opened = Vec::new();
    for (size, plaintext) in cases {
        let party = Party::new("foreign-2026-a", size);
        for sealer in &SEALERS {
            let Some(content) = sealer.seal(&party, &plaintext) else {
                continue;
            };
            let text = open_now(&content, &party.keys);
            assert_eq!(text.as_deref(), Ok(plaintext.as_str()), "{}", sealer.name);
            opened.push(format!("{} {}", sealer.name, size.len() * 8));
        }
    }
    println!("opened envelopes by: {}", opened.join(", "));
}
