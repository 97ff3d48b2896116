//! Feature `raw`: the generated client behind this one.

use std::{future::Future, pin::Pin, sync::Arc};

use d1_generated::hooks::{Authorize, Authorizer};
use http::{StatusCode, header};
use tokio::time::Instant;

use crate::{Client, client::Inner};

impl Client {
    /// The generated client, with the token, the connections and the client certificate of this one. A token that
    /// D1 refuses (401) is dropped, so that the next call of either client fetches another.
    ///
    /// It has nothing else of this client: no retries, no deadline, no correlation id of its own, no outcome. **Do
    /// not log its errors:** progenitor's own error prints bodies and response headers, and with them the personal
    /// data that D1 or a firewall repeats.
    pub fn raw(&self) -> d1_generated::Client {
        d1_generated::Client::new_with_client(
            self.0.environment.banking_url(),
            self.0.connections.unconnected(),
            Authorizer::new(SharedToken(self.0.clone())),
        )
    }
}

struct SharedToken(Arc<Inner>);

impl Authorize for SharedToken {
    fn authorize<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
    ) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>> {
        Box::pin(async move {
            let token = self
                .0
                .tokens
                .token(None)
                .await
                .map_err(|error| error.to_string())?;
            request
                .headers_mut()
                .insert(header::AUTHORIZATION, token.header_value().clone());
            Ok(())
        })
    }

    fn execute<'a>(
        &'a self,
        _: &'a reqwest::Client,
        request: reqwest::Request,
    ) -> Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + Send + 'a>> {
        let sent = request.headers().get(header::AUTHORIZATION).cloned();
        Box::pin(async move {
            if let Some(rotation) = &self.0.rotation {
                rotation.notice(Instant::now());
            }
            // Those that are current now: this client may be kept for long.
            let answer = self.0.connections.http().execute(request).await?;
            if answer.status() == StatusCode::UNAUTHORIZED
                && let Some(sent) = sent
            {
                self.0.tokens.invalidate_sent(&sent);
            }
            Ok(answer)
        })
    }
}
