//! A Kubernetes Job (`batch/v1`) with an index for each shard.

use std::num::NonZeroU32;

use clap::Args;
use serde_json::{Value, json};

use super::Operation;
use crate::{failure::Failure, output::Output};

#[derive(Args)]
pub(crate) struct ManifestArgs {
    /// Into how many parts the input is divided: the same for the whole migration.
    #[arg(long, value_name = "COUNT")]
    shards: NonZeroU32,
    /// How many of them run at a time [default: all].
    #[arg(long, value_name = "COUNT")]
    parallelism: Option<NonZeroU32>,
    #[arg(long, value_enum, default_value_t = Operation::Register)]
    operation: Operation,
    /// The input: a file in the volume of --input-claim.
    #[arg(long, value_name = "NAME", default_value = "consumers.ndjson")]
    file: String,
    /// The Job's name [default: d1-OPERATION].
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// An image whose entry point is d1.
    #[arg(long, value_name = "IMAGE", default_value = concat!("d1:", env!("CARGO_PKG_VERSION")))]
    image: String,
    /// The volume with the input.
    #[arg(long, value_name = "CLAIM", default_value = "consumers")]
    input_claim: String,
    /// The volume that keeps the journals: a pod that is started again goes on where its index was.
    #[arg(long, value_name = "CLAIM", default_value = "d1-journal")]
    journal_claim: String,
    /// The ConfigMap with the D1_… variables that are not secret.
    #[arg(long, value_name = "NAME", default_value = "d1")]
    config_map: String,
    /// The Secret with signing-key.pem, client-cert.pem and client-key.pem.
    #[arg(long, value_name = "NAME", default_value = "d1")]
    secret: String,
    /// The most requests a second of all pods together.
    #[arg(long, value_name = "REQUESTS")]
    rate: Option<f64>,
}

/// How long a pod has to finish what is in flight, in seconds, and how long one consumer may take.
const GRACE_PERIOD: u64 = 120;
const ITEM_TIMEOUT: u64 = 90;
/// How often an index is started again.
const RESTARTS: u32 = 3;

pub(super) fn run(args: &ManifestArgs, output: &Output) -> Result<(), Failure> {
    if args.rate.is_some_and(|rate| !(rate.is_finite() && rate > 0.0)) {
        return Err(Failure::usage("--rate must be a number above 0"));
    }
    let manifest = manifest(args);
    let yaml = serde_yaml_ng::to_string(&manifest).map_err(Failure::usage)?;
    output.result(&manifest, || yaml.trim_end().to_owned());
    Ok(())
}

fn manifest(args: &ManifestArgs) -> Value {
    let shards = args.shards.get();
    let parallelism = args.parallelism.unwrap_or(args.shards).min(args.shards).get();
    let operation = args.operation.as_str();
    let mut command = vec![
        "bulk".to_owned(),
        operation.to_owned(),
        format!("/input/{}", args.file),
        format!("--shards={shards}"),
        "--journal=/journal".to_owned(),
        format!("--item-timeout={ITEM_TIMEOUT}"),
        "--output=json".to_owned(),
    ];
    if let Some(rate) = args.rate {
        command.push(format!("--rate={}", rate / f64::from(parallelism)));
    }
    let file = |name: &str, file: &str| json!({ "name": name, "value": format!("/secrets/{file}") });
    let claim = |name: &str, claim: &str, read_only: bool| json!({ "name": name, "persistentVolumeClaim": { "claimName": claim, "readOnly": read_only } });
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": { "name": args.name.clone().unwrap_or_else(|| format!("d1-{operation}")) },
        "spec": {
            "completionMode": "Indexed",
            "completions": shards,
            "parallelism": parallelism,
            "backoffLimitPerIndex": RESTARTS,
            // 2: the same file would be refused again.
            "podFailurePolicy": { "rules": [
                { "action": "FailIndex", "onExitCodes": { "operator": "In", "values": [2] } },
                { "action": "Ignore", "onPodConditions": [{ "type": "DisruptionTarget", "status": "True" }] },
            ] },
            "template": { "spec": {
                "restartPolicy": "Never",
                "terminationGracePeriodSeconds": GRACE_PERIOD,
                "containers": [{
                    "name": "d1",
                    "image": args.image,
                    "args": command,
                    "envFrom": [{ "configMapRef": { "name": args.config_map } }],
                    "env": [
                        file("D1_SIGNING_KEY_FILE", "signing-key.pem"),
                        file("D1_CLIENT_CERT_FILE", "client-cert.pem"),
                        file("D1_CLIENT_KEY_FILE", "client-key.pem"),
                    ],
                    "securityContext": {
                        "allowPrivilegeEscalation": false,
                        "readOnlyRootFilesystem": true,
                    },
                    "volumeMounts": [
                        { "name": "input", "mountPath": "/input", "readOnly": true },
                        { "name": "journal", "mountPath": "/journal" },
                        { "name": "secrets", "mountPath": "/secrets", "readOnly": true },
                    ],
                }],
                "volumes": [
                    claim("input", &args.input_claim, true),
                    claim("journal", &args.journal_claim, false),
                    { "name": "secrets", "secret": { "secretName": args.secret } },
                ],
            } },
        },
    })
}
