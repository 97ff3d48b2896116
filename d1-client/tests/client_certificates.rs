//! Client certificates and authorities from files as OpenSSL writes them and as people hand them on: which are taken, and what
//! is said of the others.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod openssl;

use d1_client::{BuildError, Client, ClientBuilder, Environment, IssuerId, StaticToken};
use openssl::TestPki;
use proptest::prelude::*;

fn builder() -> ClientBuilder {
    Client::builder(IssuerId::new("is_example").unwrap())
        .environment(Environment::Staging)
        .token_source(StaticToken::new("t0ken"))
}

fn of_pem(pem: impl AsRef<[u8]>) -> Result<Client, BuildError> {
    builder().identity_pem(pem.as_ref()).build()
}

fn of_files(pki: &TestPki, certificates: &str, key: &str) -> Result<Client, BuildError> {
    builder()
        .identity_files(pki.path(certificates), pki.path(key))
        .build()
}

/// What is said, which never holds a line of what was given.
fn said(result: Result<Client, BuildError>, given: &[u8]) -> String {
    let error = result.expect_err("it is refused");
    let said = format!("{error} {error:?}");
    for line in String::from_utf8_lossy(given).lines() {
        assert!(
            line.len() < 16 || line.starts_with("-----") || !said.contains(line),
            "{said}"
        );
    }
    error.to_string()
}

fn concat(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

#[test]
fn every_shape_of_a_file_with_all_that_is_needed_is_taken() {
    let pki = TestPki::with_chain();
    let (leaf, middle, root) = (
        pki.text("client-cert.pem"),
        pki.text("intermediate.pem"),
        pki.text("root.pem"),
    );
    let key = pki.text("client-key.pem");
    let all = format!("{leaf}{middle}{key}");
    pki.run("ec -in client-key.pem -out sec1.pem");
    let sec1 = pki.text("sec1.pem");
    pki.run("pkcs12 -export -in client-cert.pem -inkey client-key.pem -certfile intermediate.pem -passout pass: -out all.p12");
    pki.run("pkcs12 -in all.p12 -passin pass: -cacerts -nokeys -out authorities-first.pem");
    pki.run("pkcs12 -in all.p12 -passin pass: -clcerts -nodes >> authorities-first.pem");
    pki.run("ecparam -name prime256v1 -out parameters.pem");
    let bom = b"\xef\xbb\xbf";
    let utf16 = |text: &str, low: usize| {
        let start = if low == 0 { [0xff, 0xfe] } else { [0xfe, 0xff] };
        let units = text
            .bytes()
            .flat_map(|byte| if low == 0 { [byte, 0] } else { [0, byte] });
        start.into_iter().chain(units).collect::<Vec<u8>>()
    };
    for (name, pem) in [
        ("leaf first", all.clone().into_bytes()),
        (
            "authority first",
            format!("{root}{middle}{leaf}{key}").into_bytes(),
        ),
        ("key first", format!("{key}{middle}{leaf}").into_bytes()),
        (
            "key in the middle",
            format!("{middle}{key}{root}{leaf}").into_bytes(),
        ),
        (
            "a certificate twice",
            format!("{leaf}{leaf}{middle}{key}{key}{middle}").into_bytes(),
        ),
        ("SEC1", format!("{leaf}{sec1}").into_bytes()),
        (
            "SEC1 behind its parameters",
            format!("{leaf}{}{sec1}", pki.text("parameters.pem")).into_bytes(),
        ),
        ("as pkcs12 prints it", pki.read("authorities-first.pem")),
        ("a byte order mark", concat(&[bom, all.as_bytes()])),
        (
            "a byte order mark before each file",
            concat(&[bom, leaf.as_bytes(), bom, middle.as_bytes(), bom, key.as_bytes()]),
        ),
        ("CRLF", all.replace('\n', "\r\n").into_bytes()),
        ("CR", all.replace('\n', "\r").into_bytes()),
        (
            "no line break between",
            all.replace("-----\n-----BEGIN", "----------BEGIN").into_bytes(),
        ),
        ("no line breaks", all.replace('\n', " ").into_bytes()),
        ("none at all", all.replace('\n', "").into_bytes()),
        ("trailing NUL", concat(&[all.as_bytes(), b"\0\0"])),
        (
            "NUL between",
            concat(&[leaf.as_bytes(), b"\0", middle.as_bytes(), b"\0", key.as_bytes()]),
        ),
        (
            "text before",
            format!("Subject: front-end, the backend's\n{all}").into_bytes(),
        ),
        ("indented", all.replace('\n', "\n    ").into_bytes()),
        ("UTF-16, little endian", utf16(&all, 0)),
        ("UTF-16, big endian", utf16(&all, 1)),
        (
            "the label of old",
            all.replace(" CERTIFICATE-", " X509 CERTIFICATE-").into_bytes(),
        ),
    ] {
        assert!(of_pem(&pem).is_ok(), "{name}: {:?}", of_pem(&pem).err());
    }
    pki.write("chain.pem", format!("{middle}{leaf}"));
    pki.write("all.pem", &all);
    for (certificates, key) in [
        ("client-cert.pem", "client-key.pem"),
        ("chain.pem", "client-key.pem"),
        ("all.pem", "all.pem"),
        ("all.pem", "client-key.pem"),
        ("client-cert.pem", "all.pem"),
        ("client-cert.pem", "sec1.pem"),
    ] {
        assert!(of_files(&pki, certificates, key).is_ok(), "{certificates}, {key}");
    }
    for (algorithm, options) in [("RSA", "rsa_keygen_bits:2048"), ("EC", "ec_paramgen_curve:P-384")] {
        pki.run(&format!(
            "genpkey -algorithm {algorithm} -pkeyopt {options} -out other-key.pem"
        ));
        pki.certify("other", "other-cert.pem", "-days 9");
        assert!(
            of_files(&pki, "other-cert.pem", "other-key.pem").is_ok(),
            "{algorithm}"
        );
    }
    pki.run("genrsa -traditional -out other-key.pem 2048");
    pki.certify("other", "other-cert.pem", "-days 9");
    assert!(
        of_files(&pki, "other-cert.pem", "other-key.pem").is_ok(),
        "PKCS#1"
    );
}

#[test]
fn no_beginning_and_no_end_is_passed_over_in_silence() {
    let pki = TestPki::with_chain();
    let (leaf, middle, key) = (
        pki.text("client-cert.pem"),
        pki.text("intermediate.pem"),
        pki.text("client-key.pem"),
    );
    let framing = "is not exactly `-----BEGIN";
    for (broken, why) in [
        (middle.replace("-----BEGIN", "----BEGIN"), framing),
        (middle.replace("-----BEGIN", "--BEGIN"), framing),
        (middle.replace("-----BEGIN", "–––BEGIN"), framing),
        (middle.replace("-----BEGIN", "—–BEGIN"), framing),
        (middle.replace("-----BEGIN", "----- BEGIN"), framing),
        (
            middle.replace("-----BEGIN CERTIFICATE", "-----begin certificate"),
            framing,
        ),
        (
            middle.replace("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE----"),
            framing,
        ),
        (
            middle.replace("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE"),
            framing,
        ),
        (middle.replace("BEGIN CERTIFICATE-----", "BEGIN"), framing),
        (
            middle.replace("-----END CERTIFICATE-----", "----END CERTIFICATE-----"),
            framing,
        ),
        (
            middle.replace("-----END CERTIFICATE-----", "-----END CERTIFICATE--"),
            framing,
        ),
        (
            middle.replace("-----END CERTIFICATE-----", ""),
            "it has no `-----END",
        ),
        (
            middle.replace("-----BEGIN CERTIFICATE-----", ""),
            "it has no `-----BEGIN",
        ),
        (
            middle.replace("END CERTIFICATE", "END PRIVATE KEY"),
            "does not match its `-----BEGIN",
        ),
        (middle.replacen("MII", "M:I", 1), "cannot be read"),
        (middle.replacen("MII", "M*I", 1), "not complete Base64"),
        (middle.replace('\n', "\\n"), "written as \\n"),
        (middle.replace('\n', "\\r\\n"), "written as \\n"),
        (
            middle.replacen("MII", "QII", 1),
            "a CERTIFICATE that cannot be read",
        ),
    ] {
        for (pem, block) in [
            (format!("{leaf}{broken}{key}"), 2),
            (format!("{broken}{leaf}{key}"), 1),
            (format!("{leaf}{key}{broken}"), 3),
        ] {
            let error = said(of_pem(&pem), pem.as_bytes());
            assert!(error.contains(why), "{broken}{error}");
            assert!(error.contains(&format!("PEM block {block} (line ")), "{error}");
        }
        let root = said(
            builder()
                .without_client_certificate()
                .add_root_pem(format!("{leaf}{broken}"))
                .build(),
            broken.as_bytes(),
        );
        assert!(root.contains("PEM block 2 (line "), "{root}");
    }
}

#[test]
fn what_cannot_be_used_has_its_own_sentence_and_a_command_that_mends_it() {
    let pki = TestPki::with_chain();
    pki.run("ec -in client-key.pem -aes256 -passout pass:secret -out traditional.pem");
    pki.run("pkcs8 -topk8 -in client-key.pem -passout pass:secret -out encrypted.pem");
    pki.run("pkey -in client-key.pem -outform DER -out client-key.der");
    pki.run("pkcs8 -topk8 -in client-key.pem -passout pass:secret -outform DER -out encrypted.der");
    pki.run("pkey -in client-key.pem -pubout -out public.pem");
    pki.run("x509 -in client-cert.pem -outform DER -out client-cert.der");
    pki.run("x509 -in client-cert.pem -trustout -out trusted.pem");
    pki.run("pkcs12 -export -in client-cert.pem -inkey client-key.pem -passout pass:secret -out client.p12");
    pki.run("crl2pkcs7 -nocrl -certfile client-cert.pem -out client.p7b");
    pki.write(
        "openssh.pem",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nYQ==\n-----END OPENSSH PRIVATE KEY-----\n",
    );
    let (certificate, key) = ("client-cert.pem", "client-key.pem");
    for (certificates, key, sentence, file, mends) in [
        (
            certificate,
            "encrypted.pem",
            "is an encrypted private key: ",
            "client-key.pem",
            "decrypted.pem",
        ),
        (
            certificate,
            "traditional.pem",
            "is an encrypted private key: ",
            "client-key.pem",
            "decrypted.pem",
        ),
        (
            certificate,
            "client-key.der",
            "the key file is a private key in DER form: ",
            "client-key.der",
            "client-key.pem",
        ),
        (
            certificate,
            "encrypted.der",
            "the key file is an encrypted private key in DER form: ",
            "client-key.der",
            "client-key.pem",
        ),
        (certificate, "public.pem", "is a public key: ", "", ""),
        (certificate, "openssh.pem", "is an OpenSSH private key: ", "", ""),
        (
            "client-cert.der",
            key,
            "the certificate file is a certificate in DER form: ",
            "client-cert.der",
            "client-cert.pem",
        ),
        (
            "trusted.pem",
            key,
            "is a TRUSTED CERTIFICATE, OpenSSL's own form: ",
            "client-cert.pem",
            "plain.pem",
        ),
        (
            "client.p7b",
            key,
            "is a PKCS#7 bundle: ",
            "client.p7b",
            "client-cert.pem",
        ),
        (
            "client.p12",
            "client.p12",
            "this is a PKCS#12 file: ",
            "client.p12",
            "client-cert-and-key.pem",
        ),
        ("client.csr", key, "is a certificate request: ", "", ""),
    ] {
        let given = concat(&[&pki.read(certificates), &pki.read(key)]);
        let error = said(of_files(&pki, certificates, key), &given);
        assert!(error.contains(sentence), "{error}");
        if mends.is_empty() {
            continue;
        }
        // Where the command finds what it names, it gives what is taken.
        let other = tempfile::tempdir().unwrap();
        std::fs::copy(
            pki.path(if certificates == "client-cert.pem" {
                key
            } else {
                certificates
            }),
            other.path().join(file),
        )
        .unwrap();
        let command = error.split_once("openssl ").unwrap().1;
        let command = command
            .split_once(" writes")
            .map_or(command, |(command, _)| command);
        let passphrase = if error.contains("crypt") || error.contains("PKCS#12") {
            "-passin pass:secret"
        } else {
            ""
        };
        pki.shell(&format!(
            "cd {} && openssl {command} {passphrase}",
            other.path().display()
        ));
        let mended = other.path().join(mends);
        let result = if certificates == "client-cert.pem" {
            builder()
                .identity_files(pki.path("client-cert.pem"), mended)
                .build()
        } else {
            builder()
                .identity_files(mended, pki.path("client-key.pem"))
                .build()
        };
        assert!(result.is_ok(), "{command}: {:?}", result.err());
    }
}

#[test]
fn keys_that_tls_cannot_use_are_named() {
    let pki = TestPki::with_chain();
    for (algorithm, options, name) in [
        ("EC", "ec_paramgen_curve:secp256k1", "is a secp256k1 key: "),
        ("EC", "ec_paramgen_curve:brainpoolP256r1", "is a Brainpool key: "),
        ("EC", "ec_paramgen_curve:P-224", "is a P-224 key: "),
        ("RSA-PSS", "rsa_keygen_bits:2048", "is an RSA-PSS private key: "),
        (
            "RSA",
            "rsa_keygen_bits:1024",
            "is an RSA private key that is damaged, or too short",
        ),
        ("DSA", "", "is a DSA private key: "),
        ("X25519", "", "is an X25519 key: "),
        ("ED448", "", "is an Ed448 key: "),
    ] {
        if algorithm == "DSA" {
            pki.run("dsaparam -genkey -out other-key.pem 2048");
            pki.run("pkcs8 -topk8 -nocrypt -in other-key.pem -out dsa.pem");
            std::fs::rename(pki.path("dsa.pem"), pki.path("other-key.pem")).unwrap();
        } else {
            let options = if options.is_empty() {
                String::new()
            } else {
                format!("-pkeyopt {options}")
            };
            pki.run(&format!(
                "genpkey -algorithm {algorithm} {options} -out other-key.pem"
            ));
        }
        let error = said(
            of_files(&pki, "client-cert.pem", "other-key.pem"),
            &pki.read("other-key.pem"),
        );
        assert!(error.contains(name), "{error}");
        assert!(error.contains("openssl req -new -newkey rsa:4096"), "{error}");
    }
    // A certificate of an RSA-PSS key, with that key as a plain one.
    pki.run("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss-key.pem");
    pki.certify("pss", "pss-cert.pem", "-days 9");
    pki.run("rsa -in pss-key.pem -traditional -out plain-key.pem");
    pki.write(
        "plain-key.pem",
        pki.text("plain-key.pem")
            .replace("RSA-PSS PRIVATE", "RSA PRIVATE"),
    );
    let error = said(
        of_files(&pki, "pss-cert.pem", "plain-key.pem"),
        &pki.read("plain-key.pem"),
    );
    assert!(error.contains("it is a certificate of an RSA-PSS key"), "{error}");
}

#[test]
fn a_key_of_another_certificate_and_a_chain_that_is_none_are_told_by_their_places() {
    let pki = TestPki::with_chain();
    pki.p256("other-key.pem");
    pki.certify("other", "other-cert.pem", "-days 9");
    let (leaf, middle, root) = (
        pki.text("client-cert.pem"),
        pki.text("intermediate.pem"),
        pki.text("root.pem"),
    );
    let (key, other, other_key) = (
        pki.text("client-key.pem"),
        pki.text("other-cert.pem"),
        pki.text("other-key.pem"),
    );
    pki.certify("client", "renewed.pem", "-days 8");
    let renewed = pki.text("renewed.pem");
    pki.p256("stranger-key.pem");
    pki.run("req -config openssl.cnf -x509 -new -key stranger-key.pem -subj /CN=stranger -days 9 -out stranger.pem");
    let stranger = pki.text("stranger.pem");
    for (pem, why) in [
        (
            format!("{leaf}{other_key}"),
            "the private key does not belong to the certificate (found: certificate 1): ",
        ),
        (
            format!("{middle}{leaf}{root}{other_key}"),
            "the private key does not belong to the certificate (found: certificates 1, 2, 3): ",
        ),
        (
            format!("{leaf}{stranger}{middle}{key}"),
            "the private key's is certificate 1, its chain as found is certificates 1, 3, and certificate 2 signed none",
        ),
        (
            format!("{root}{leaf}{key}"),
            "the private key's is certificate 2, its chain as found is certificate 2, and certificate 1 signed none",
        ),
        (
            format!("{leaf}{other}{middle}{key}"),
            "and certificate 2 signed none",
        ),
        (
            format!("{leaf}{renewed}{middle}{key}"),
            "the private key belongs to more than one of the certificates (certificates 1, 2): leave the newest",
        ),
        (format!("{leaf}{key}{other_key}"), "PEM block 2 (line "),
    ] {
        let error = said(of_pem(&pem), pem.as_bytes());
        assert!(error.contains(why), "{error}");
    }
    let pem = format!("{leaf}{key}{other_key}");
    assert!(said(of_pem(&pem), pem.as_bytes()).contains("are two private keys"));
    // What it says to compare, differs; and is the same where all is well.
    let printed = |certificate: &str, key: &str| {
        let certificate = pki.run(&format!("x509 -in {certificate} -noout -pubkey"));
        certificate == pki.run(&format!("pkey -in {key} -pubout"))
    };
    assert!(!printed("client-cert.pem", "other-key.pem") && printed("client-cert.pem", "client-key.pem"));
}

#[test]
fn a_certificate_that_is_not_valid_today_needs_to_be_allowed() {
    let pki = TestPki::with_chain();
    for (dates, why) in [
        (
            "-startdate 20200101000000Z -enddate 20210203040506Z",
            "it has expired on 2021-02-03T04:05:06Z: ",
        ),
        (
            "-startdate 20700102030405Z -enddate 20710101000000Z",
            "it is not valid before 2070-01-02T03:04:05Z: ",
        ),
    ] {
        pki.certify("client", "client-cert.pem", dates);
        let error = said(of_files(&pki, "client-cert.pem", "client-key.pem"), b"");
        assert!(
            error.contains(why) && error.contains("openssl ") && error.contains("allow_expired"),
            "{error}"
        );
        let files = builder().identity_files(pki.path("client-cert.pem"), pki.path("client-key.pem"));
        assert!(files.allow_expired_certificate().build().is_ok());
    }
}

#[test]
fn a_chain_ends_with_the_first_of_its_certificates() {
    let pki = TestPki::with_chain();
    pki.run(
        "ca -config openssl.cnf -batch -notext -cert root.pem -keyfile root-key.pem -extensions authority -startdate \
         20200101000000Z -enddate 20210203040506Z -in intermediate.csr -out intermediate.pem",
    );
    let chain = || {
        [
            pki.read("client-cert.pem"),
            pki.read("intermediate.pem"),
            pki.read("client-key.pem"),
        ]
        .concat()
    };
    let error = said(of_pem(chain()), b"");
    assert!(
        error.contains("one that signed it has expired on 2021-02-03T04:05:06Z: ")
            && error.contains("allow_expired"),
        "{error}"
    );
    assert!(
        builder()
            .identity_pem(chain())
            .allow_expired_certificate()
            .build()
            .is_ok()
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_its_path_and_the_reason() {
    let pki = TestPki::with_chain();
    let missing = pki.path("missing.pem").display().to_string();
    for (certificates, key, start, path, why) in [
        (
            "missing.pem",
            "client-key.pem",
            "the client certificate: cannot read",
            &*missing,
            "entity not found",
        ),
        (
            "client-cert.pem",
            "missing.pem",
            "the client certificate's key: cannot read",
            &missing,
            "entity not found",
        ),
        (
            "",
            "client-key.pem",
            "the client certificate: cannot read",
            "",
            "is a directory",
        ),
    ] {
        let error = said(of_files(&pki, certificates, key), b"");
        assert!(
            error.starts_with(start) && error.contains(path) && error.ends_with(why),
            "{error}"
        );
    }
}

#[test]
fn authorities_are_certificates_and_nothing_else() {
    let pki = TestPki::with_chain();
    pki.run("x509 -in root.pem -trustout -out trusted.pem");
    pki.run("x509 -in root.pem -outform DER -out root.der");
    pki.run("ca -config openssl.cnf -gencrl -crldays 9 -cert root.pem -keyfile root-key.pem -out list.pem");
    pki.run("crl -in list.pem -outform DER -out list.der");
    pki.run("req -in client.csr -outform DER -out request.der");
    pki.run("crl2pkcs7 -nocrl -certfile root.pem -outform DER -out bundle.der");
    for (file, why) in [
        ("root-key.pem", "PEM block 1 (line 1) is a private key: "),
        ("trusted.pem", "is a TRUSTED CERTIFICATE"),
        (
            "root.der",
            "this is a certificate in DER form: convert: openssl x509 -inform DER",
        ),
        ("list.pem", "is a revocation list"),
        ("client.csr", "is a certificate request"),
    ] {
        let content = pki.read(file);
        for builder in [
            builder().without_client_certificate().add_root_pem(&content),
            builder().without_client_certificate().trust_only_pem(&content),
        ] {
            let error = said(builder.build(), &content);
            assert!(
                error.starts_with("the certificate authorities: ") && error.contains(why),
                "{error}"
            );
        }
    }
    let root = || {
        builder()
            .without_client_certificate()
            .trust_only_pem(pki.read("root.pem"))
    };
    assert!(root().build().is_ok());
    assert!(root().add_crl_pem(pki.read("list.pem")).build().is_ok());
    for (builder, why) in [
        (root().add_root_pem(pki.read("root.pem")), "contradict each other"),
        (
            root().add_crl_pem(pki.read("root.pem")),
            "leave only revocation lists",
        ),
        (
            builder()
                .without_client_certificate()
                .add_crl_pem(pki.read("list.pem")),
            "needs `.trust_only_pem`",
        ),
        (root().trust_only_pem(""), "the PEM contains no CERTIFICATE"),
        (root().add_crl_pem(""), "the PEM contains no X509 CRL"),
        (
            root().add_crl_pem(pki.read("list.der")),
            "this is a revocation list in DER form: convert: openssl crl -inform DER",
        ),
        (
            root().add_root_pem(pki.read("list.der")),
            "this is a revocation list in DER form",
        ),
        (
            root().add_root_pem(pki.read("request.der")),
            "this is a certificate request",
        ),
        (
            root().add_root_pem(pki.read("bundle.der")),
            "this is a PKCS#7 bundle in DER form: take the certificates out: openssl pkcs7 -inform DER",
        ),
    ] {
        let error = said(builder.build(), b"");
        assert!(error.contains(why), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever bytes are put into a good file: it is taken whole, or refused; never taken without one of its certificates
    /// (then its chain would have a gap) and never a panic.
    #[test]
    fn no_bytes_panic(junk in proptest::collection::vec(any::<u8>(), 0..40), at in 0_usize..3_000) {
        let pki = std::sync::LazyLock::force(&SHARED);
        let at = at.min(pki.len());
        let _ = of_pem([&pki[..at], &junk, &pki[at..]].concat());
    }
}

static SHARED: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| {
    let pki = TestPki::with_chain();
    ["client-cert.pem", "intermediate.pem", "client-key.pem"]
        .map(|file| pki.read(file))
        .concat()
});

#[test]
fn credentials_tell_of_a_certificate_what_openssl_tells() {
    use std::time::UNIX_EPOCH;

    let pki = TestPki::with_chain();
    for subject in [
        "/CN=PPR is_example/O=Bank, Inc./C=DE/L=Köln",
        "/C=DE/ST=NRW/OU=a+b/CN=x\\/y/emailAddress=a@b.example/serialNumber=7",
        "/DC=example/DC=bank/UID=u-1/CN=\\#1 <x>",
    ] {
        pki.shell(&format!(
            "openssl req -config openssl.cnf -utf8 -multivalue-rdn -x509 -new -key client-key.pem -subj '{subject}' -days 9 -set_serial 0xb7c5 -out own.pem"
        ));
        let d1 = of_files(&pki, "own.pem", "client-key.pem").unwrap();
        let told = d1.credentials().certificate.unwrap();
        let ask = |what: &str| {
            let said = pki.run(&format!(
                "x509 -in own.pem -noout {what} -nameopt RFC2253,utf8,-esc_msb"
            ));
            said.trim().split_once('=').unwrap().1.to_owned()
        };
        assert_eq!(told.subject, ask("-subject"));
        assert_eq!(told.issuer, ask("-issuer"));
        assert_eq!(told.serial.to_uppercase(), ask("-serial"));
        for (moment, what) in [(told.not_before, "-startdate"), (told.not_after, "-enddate")] {
            let seconds = moment.duration_since(UNIX_EPOCH).unwrap().as_secs();
            let said = pki.shell(&format!("date -u -d '{}' +%s", ask(what)));
            assert_eq!(seconds.to_string(), said.trim(), "{what}");
        }
    }
    let without = builder()
        .without_client_certificate()
        .build()
        .unwrap()
        .credentials();
    assert!(without.certificate.is_none() && without.key_id.is_none() && without.last_refresh.is_none());
}
