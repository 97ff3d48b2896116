//! Files as OpenSSL's own command line writes them.

// each test binary uses its part
#![allow(dead_code, clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A folder in which `openssl` works, with an authority, an intermediate, and a certificate for a P-256 key.
pub(crate) struct TestPki(TempDir);

/// The configuration of `ca`, and the extensions for `req`.
const CONFIG: &str = "
[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
crlnumber = crlnumber.txt
crl_extensions = list
[any]
commonName = supplied
[req]
distinguished_name = none
[none]
[authority]
basicConstraints = critical,CA:TRUE
[list]
authorityKeyIdentifier = keyid:always
[server]
basicConstraints = CA:FALSE
subjectAltName = DNS:localhost
extendedKeyUsage = serverAuth
[end]
basicConstraints = CA:FALSE
";

impl TestPki {
    pub(crate) fn new() -> Self {
        let pki = Self(tempfile::tempdir().unwrap());
        pki.write("openssl.cnf", CONFIG);
        pki.write("index.txt", "");
        pki.write("crlnumber.txt", "01\n");
        pki
    }

    /// With `root.pem`, `intermediate.pem`, and `client-cert.pem` of `client-key.pem`, signed by the intermediate.
    pub(crate) fn with_chain() -> Self {
        let pki = Self::new();
        pki.p256("root-key.pem");
        pki.run("req -config openssl.cnf -x509 -new -key root-key.pem -subj /CN=root -days 9 -extensions authority -out root.pem");
        pki.p256("intermediate-key.pem");
        pki.sign("intermediate", "root", "authority", "-days 9");
        pki.p256("client-key.pem");
        pki.certify("client", "client-cert.pem", "-days 9");
        pki
    }

    /// A new P-256 key in PKCS#8 form.
    pub(crate) fn p256(&self, name: &str) {
        self.run(&format!(
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {name}"
        ));
    }

    /// A certificate of the intermediate's for the key `<name>-key.pem`.
    pub(crate) fn certify(&self, name: &str, out: &str, dates: &str) {
        self.sign(name, "intermediate", "end", dates);
        fs::rename(self.path(&format!("{name}.pem")), self.path(out)).unwrap();
    }

    /// A certificate of the intermediate's for the server `localhost` with the key `<name>-key.pem`.
    pub(crate) fn certify_server(&self, name: &str) {
        self.sign(name, "intermediate", "server", "-days 9");
    }

    fn sign(&self, name: &str, by: &str, extensions: &str, dates: &str) {
        self.run(&format!(
            "req -config openssl.cnf -new -key {name}-key.pem -subj /CN={name} -out {name}.csr"
        ));
        self.run(&format!(
            "ca -config openssl.cnf -batch -notext -cert {by}.pem -keyfile {by}-key.pem -extensions {extensions} {dates} -in {name}.csr -out {name}.pem"
        ));
    }

    /// Runs `openssl`, with these arguments, as a shell takes them.
    pub(crate) fn run(&self, arguments: &str) -> String {
        self.shell(&format!("openssl {arguments}"))
    }

    /// Runs a command line in the folder.
    pub(crate) fn shell(&self, line: &str) -> String {
        static PRESENT: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
        let present = PRESENT.get_or_init(|| Command::new("openssl").arg("version").output().is_ok());
        assert!(
            present,
            "these tests need OpenSSL's command line: install the package openssl"
        );
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}\n{errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }
}
