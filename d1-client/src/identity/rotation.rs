//! The client certificate in use: notices when its files change, and warns before it expires.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use rustls::{ClientConfig, sign::CertifiedKey};
use tokio::{runtime::Handle, time::Instant};

use super::{Identity, IdentityFiles};
use crate::{
    auth::Clock,
    build_error::{BuildError, IdentityDefect},
    calendar::{DAY, millis, rfc3339},
    certificate::CertificateInfo,
    connections::Connections,
    tls::Tls,
};

/// How often the files are looked at, at most.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// A changed pair is used once two readings with this pause between them agree, and the files are at least that
/// old. So a file that is still being written is not used.
const SETTLED_AFTER: Duration = Duration::from_millis(100);
const WRITTEN_BEFORE: Duration = Duration::from_secs(1);
const READINGS: u32 = 15;

const SHORTER: &str = "its chain is shorter than the one in use, as in a file that is being written: it is used if it is the \
     same at the next look";

/// How many days before the certificate's end a warning is due.
const WARNINGS: [i64; 4] = [30, 14, 7, 1];

/// What new connections are made with. Shared with the code that makes them.
#[derive(Clone)]
pub(crate) struct InUse(Arc<Current>);

struct Current {
    tls: Tls,
    /// With a memory of sessions of its own: none is resumed that began under another certificate.
    shown: Mutex<(Option<Identity>, ClientConfig)>,
}

impl InUse {
    pub(crate) fn new(tls: Tls, identity: Option<Identity>) -> Result<Self, BuildError> {
        let config = tls.config(certified(identity.as_ref()))?;
        let shown = Mutex::new((identity, config));
        Ok(Self(Arc::new(Current { tls, shown })))
    }

    pub(crate) fn config(&self) -> ClientConfig {
        self.shown().1.clone()
    }

    fn identity(&self) -> Option<Identity> {
        self.shown().0.clone()
    }

    fn replace(&self, identity: Identity) -> Result<(), BuildError> {
        let config = self.0.tls.config(certified(Some(&identity)))?;
        *self.shown() = (Some(identity), config);
        Ok(())
    }

    /// Never held while files are read.
    fn shown(&self) -> MutexGuard<'_, (Option<Identity>, ClientConfig)> {
        self.0.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches over the identity in use.
#[derive(Clone)]
pub(crate) struct Rotation(Arc<State>);

struct State {
    in_use: InUse,
    files: Option<IdentityFiles>,
    allow_expired: bool,
    connections: Connections,
    clock: Clock,
    started: Instant,
    /// When to look again, in milliseconds since it started.
    next_look: AtomicI64,
    /// Held by the task that reads the files.
    seen: Mutex<Seen>,
}

/// What earlier looks have seen.
#[derive(Default)]
struct Seen {
    /// The last warning: which end of validity, how many days before it.
    warned: Option<(i64, i64)>,
    /// Refused because its chain is shorter than the one in use.
    shorter: Option<Identity>,
}

impl Rotation {
    pub(crate) fn new(
        in_use: InUse,
        files: Option<IdentityFiles>,
        allow_expired: bool,
        connections: Connections,
    ) -> Self {
        let rotation = Self(Arc::new(State {
            in_use,
            files,
            allow_expired,
            connections,
            clock: Clock::start(),
            started: Instant::now(),
            next_look: AtomicI64::new(millis(LOOK_EVERY)),
            seen: Mutex::default(),
        }));
        rotation.0.warn(&mut rotation.0.looking().warned);
        rotation
    }

    /// Reads the files now, and returns whether another certificate is in use afterwards.
    pub(crate) async fn reload(&self) -> Result<bool, BuildError> {
        let state = self.0.clone();
        let looked = tokio::task::spawn_blocking(move || state.look()).await;
        looked.unwrap_or(Err(BuildError::RuntimeShutDown))
    }

    /// What new connections show.
    pub(crate) fn certificate(&self) -> Option<CertificateInfo> {
        self.0.in_use.identity().map(|identity| identity.info())
    }

    /// Has the files looked at, if it is time to; on a thread where that may take a while.
    pub(crate) fn notice(&self, now: Instant) {
        let elapsed = millis(now.duration_since(self.0.started));
        let due = self.0.next_look.load(Relaxed);
        if elapsed < due {
            return;
        }
        let next = elapsed.saturating_add(millis(LOOK_EVERY));
        if self
            .0
            .next_look
            .compare_exchange(due, next, Relaxed, Relaxed)
            .is_ok()
            && let Ok(runtime) = Handle::try_current()
        {
            let state = self.0.clone();
            runtime.spawn_blocking(move || state.look());
        }
    }
}

impl State {
    /// Whether another certificate is in use afterwards.
    fn look(&self) -> Result<bool, BuildError> {
        let mut seen = self.looking();
        let looked = match &self.files {
            Some(files) => self.renew(files, &mut seen.shorter),
            None => Ok(false),
        };
        self.warn(&mut seen.warned);
        looked
    }

    fn renew(&self, files: &IdentityFiles, shorter: &mut Option<Identity>) -> Result<bool, BuildError> {
        let Some(current) = self.in_use.identity() else {
            return Ok(false);
        };
        let read = self.settled(files, &current).and_then(|identity| {
            if !self.allow_expired && !identity.shows_the_same(&current) {
                identity.check_dates(self.clock.now().unix_seconds)?;
            }
            // A file that is cut off between two blocks looks complete: it is used if the next reading gives the
            // same.
            let before = shorter.take();
            if identity.chain_length() < current.chain_length()
                && !before.is_some_and(|before| before.shows_the_same(&identity))
            {
                *shorter = Some(identity);
                return Err(BuildError::identity(IdentityDefect::ShorterChain, SHORTER));
            }
            Ok(identity)
        });
        match read {
            Ok(identity) if identity.shows_the_same(&current) => {
                let not_after = rfc3339(current.not_after());
                tracing::debug!(
                    target: "d1.identity",
                    credential = "client certificate",
                    outcome = "unchanged",
                    not_after,
                    "the client certificate is the one in use"
                );
                Ok(false)
            }
            Ok(identity) => {
                let (not_after, serial) = (rfc3339(identity.not_after()), identity.info().serial);
                self.in_use.replace(identity)?;
                if !self.connections.renew() {
                    return Err(BuildError::HttpClient);
                }
                tracing::info!(
                    target: "d1.identity",
                    credential = "client certificate",
                    outcome = "loaded",
                    serial,
                    not_after,
                    "new connections show another client certificate"
                );
                Ok(true)
            }
            Err(error) => {
                let not_after = rfc3339(current.not_after());
                tracing::warn!(
                    target: "d1.identity",
                    credential = "client certificate",
                    outcome = "refused",
                    %error,
                    not_after,
                    "the client certificate's files cannot be used: the last good one stays in use"
                );
                Err(error)
            }
        }
    }

    /// What the files hold, once it does not change any more.
    fn settled(&self, files: &IdentityFiles, current: &Identity) -> Result<Identity, BuildError> {
        let mut last = files.read();
        for _ in 1..READINGS {
            if last
                .as_ref()
                .is_ok_and(|identity| identity.shows_the_same(current))
            {
                break;
            }
            thread::sleep(SETTLED_AFTER);
            let again = files.read();
            let agree = match (&last, &again) {
                (Ok(last), Ok(again)) => last.shows_the_same(again),
                // One more reading distinguishes a swap between two files from files that do not belong together.
                (Err(_), Err(_)) => true,
                _ => false,
            };
            let is_being_written = last.is_ok() && files.age().is_some_and(|age| age < WRITTEN_BEFORE);
            last = again;
            if agree && !is_being_written {
                break;
            }
        }
        last
    }

    /// Leaves a warning for each of the days that were reached since the last one; the nearest stands for all.
    fn warn(&self, warned: &mut Option<(i64, i64)>) {
        let Some(identity) = self.in_use.identity() else {
            return;
        };
        let not_after = identity.not_after();
        let left = not_after.saturating_sub(self.clock.now().unix_seconds);
        let reached = if left < 0 {
            Some(0)
        } else {
            WARNINGS.into_iter().rfind(|days| left <= days * DAY)
        };
        let Some(days) = reached else { return };
        if warned.is_some_and(|(end, last)| end == not_after && last <= days) {
            return;
        }
        *warned = Some((not_after, days));
        let not_after = rfc3339(not_after);
        if days == 0 {
            tracing::error!(
                target: "d1.identity",
                credential = "client certificate",
                outcome = "expired",
                not_after,
                "the client certificate has expired"
            );
        } else {
            tracing::warn!(
                target: "d1.identity",
                credential = "client certificate",
                outcome = "expires soon",
                days,
                not_after,
                "the client certificate expires soon"
            );
        }
    }

    fn looking(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn certified(identity: Option<&Identity>) -> Option<Arc<CertifiedKey>> {
    identity.map(|identity| identity.certified.clone())
}
