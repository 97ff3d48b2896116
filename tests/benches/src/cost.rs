use std::time::{Duration, Instant};

/// Wall time, and the processor time of this process.
pub struct Cost {
    begun: Instant,
    processor: Duration,
}

impl Cost {
    /// From now on.
    pub fn begin() -> Self {
        Self {
            begun: Instant::now(),
            processor: processor_time(),
        }
    }

    /// Wall and processor time until now, in seconds.
    pub fn until_now(&self) -> (f64, f64) {
        (
            self.begun.elapsed().as_secs_f64(),
            (processor_time() - self.processor).as_secs_f64(),
        )
    }
}

/// The most memory that this process has had resident, in KiB.
#[cfg(target_os = "linux")]
pub fn peak_memory() -> f64 {
    usage().max_rss() as f64
}

/// Other systems tell it in other units.
#[cfg(not(target_os = "linux"))]
pub fn peak_memory() -> f64 {
    panic!("peak memory is measured on Linux only")
}

#[cfg(unix)]
fn processor_time() -> Duration {
    let usage = usage();
    let micros = |time: nix::sys::time::TimeVal| {
        u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).unwrap_or_default()
    };
    Duration::from_micros(micros(usage.user_time()) + micros(usage.system_time()))
}

#[cfg(unix)]
fn usage() -> nix::sys::resource::Usage {
    use nix::sys::resource::{UsageWho, getrusage};
    getrusage(UsageWho::RUSAGE_SELF).expect("a process knows its own usage")
}

#[cfg(not(unix))]
fn processor_time() -> Duration {
    panic!("processor time is measured on Unix only")
}
