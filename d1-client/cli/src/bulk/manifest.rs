//! A Kubernetes Job (`batch/v1`) with an index for each shard.

use std::path::Path;

use clap::Args;
use serde_json::{Value, json};

use super::{Operation, source::Format};
use crate::{argument, failure::Failure, output::Output};

#[derive(Args)]
pub(crate) struct ManifestArgs {
    /// Into how many parts the input is divided: the same for the whole migration.
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true, value_parser = argument::shards)]
    shards: u32,
    /// How many of them run at a time [default: all].
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true, value_parser = argument::shards)]
    parallelism: Option<u32>,
    #[arg(long, value_enum, default_value_t = Operation::Register)]
    operation: Operation,
    /// The input: a file in the volume of --input-claim.
    #[arg(long, value_name = "NAME", default_value = "consumers.ndjson", value_parser = argument::volume_path)]
    file: String,
    /// The Job's name [default: d1-OPERATION].
    #[arg(long, value_name = "NAME", value_parser = argument::kubernetes_name)]
    name: Option<String>,
    /// An image whose entry point is d1.
    #[arg(long, value_name = "IMAGE", default_value = concat!("d1:", env!("CARGO_PKG_VERSION")), value_parser = argument::image)]
    image: String,
    /// The volume with the input.
    #[arg(long, value_name = "CLAIM", default_value = "consumers", value_parser = argument::kubernetes_name)]
    input_claim: String,
    /// The volume that keeps the journals: a pod that is started again goes on where its index was.
    #[arg(long, value_name = "CLAIM", default_value = "d1-journal", value_parser = argument::kubernetes_name)]
    journal_claim: String,
    /// The ConfigMap with the D1_… variables that are not secret.
    #[arg(long, value_name = "NAME", default_value = "d1", value_parser = argument::kubernetes_name)]
    config_map: String,
    /// The Secret with signing-key.pem, client-cert.pem and client-key.pem.
    #[arg(long, value_name = "NAME", default_value = "d1", value_parser = argument::kubernetes_name)]
    secret: String,
    /// The most requests a second of all pods together.
    #[arg(long, value_name = "REQUESTS", allow_negative_numbers = true, value_parser = argument::rate)]
    rate: Option<f64>,
}

/// How long a pod has to finish what is in flight, in seconds, and how long one consumer may take.
const GRACE_PERIOD: u64 = 120;
const ITEM_TIMEOUT: u64 = 90;
/// The longest name of a pod, which is a host name, too.
const LONGEST_POD: usize = 63;
/// How often an index is started again.
const RESTARTS: u32 = 3;

pub(super) fn run(args: &ManifestArgs, output: &Output) -> Result<(), Failure> {
    // Each pod would refuse it.
    Format::of(None, Path::new(&args.file))?;
    let name = args
        .name
        .clone()
        .unwrap_or_else(|| format!("d1-{}", args.operation.as_str()));
    let pod = format!("{name}-{}", args.shards - 1);
    if pod.len() > LONGEST_POD {
        let message = format!(
            "--name must have at most {} characters",
            LONGEST_POD - (pod.len() - name.len())
        );
        return Err(Failure::usage(message).hint("a pod is called by it and the number of its shard"));
    }
    let parallelism = args.parallelism.unwrap_or(args.shards).min(args.shards);
    let rate = args
        .rate
        .map(|rate| argument::rate(&(rate / f64::from(parallelism)).to_string()));
    let rate = rate.transpose().map_err(|why| {
        Failure::usage(format!("--rate divided by {parallelism} pods at a time: {why}"))
            .hint("have fewer pods at a time, by --parallelism, or allow more requests")
    })?;
    let manifest = manifest(args, &name, parallelism, rate);
    let yaml = serde_yaml_ng::to_string(&manifest).map_err(Failure::usage)?;
    output.result(&manifest, || yaml.trim_end().to_owned());
    Ok(())
}

/// With the requests a second of one pod.
fn manifest(args: &ManifestArgs, name: &str, parallelism: u32, rate: Option<f64>) -> Value {
    let shards = args.shards;
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
    if let Some(rate) = rate {
        command.push(format!("--rate={rate}"));
    }
    let file = |name: &str, file: &str| json!({ "name": name, "value": format!("/secrets/{file}") });
    let claim = |name: &str, claim: &str, read_only: bool| json!({ "name": name, "persistentVolumeClaim": { "claimName": claim, "readOnly": read_only } });
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": { "name": name },
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
