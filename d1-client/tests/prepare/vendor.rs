//! Who decides what is fit: the sandbox, which validates bodies by the vendor's schemas as published.

use d1_client::{sandbox::Sandbox, types::PersonalInformation};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

pub(crate) struct Vendor {
    sandbox: Sandbox,
    _runtime: Runtime,
}

impl Vendor {
    pub(crate) fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self {
            sandbox: runtime.block_on(Sandbox::start()),
            _runtime: runtime,
        }
    }

    pub(crate) fn takes(&self, person: &PersonalInformation) -> bool {
        let body = json!({ "personalInformation": person }).to_string();
        let path = format!(
            "/banking/v2/issuers/{}/consumers/c-1f6e",
            self.sandbox.issuer_id()
        );
        let request = http::Request::put(path)
            .header("authorization", format!("Bearer {}", self.sandbox.issue_token()))
            .header("content-type", "application/json")
            .body(body.into())
            .unwrap();
        self.sandbox.answer(request).status() == 204
    }
}
