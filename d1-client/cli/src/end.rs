//! What ends a command that serves: Ctrl-C, or what a service manager sends.

use crate::failure::Failure;

/// Takes the signals from now on, so that none that comes early ends the process before it has cleaned up.
pub(crate) struct End {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl End {
    pub(crate) fn new() -> Result<Self, Failure> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let of = |kind| signal(kind).map_err(Failure::usage);
            Ok(Self {
                signals: [of(SignalKind::interrupt())?, of(SignalKind::terminate())?],
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    pub(crate) async fn wait(self) {
        #[cfg(unix)]
        {
            let [mut interrupt, mut terminate] = self.signals;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
