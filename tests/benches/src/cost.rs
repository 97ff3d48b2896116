use std::{
    fs,
    time::{Duration, Instant},
};

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

/// The most memory that this process has had resident, in KiB: Linux's `VmHWM`. (`getrusage` would tell the parent's, if
/// that was more: it outlives `exec`.)
///
/// # Panics
/// On other systems.
pub fn peak_memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("peak memory is measured on Linux only");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("the kernel tells the peak");
    line.trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number of KiB")
}

#[cfg(unix)]
fn processor_time() -> Duration {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("a process knows its own usage");
    let micros = |time: nix::sys::time::TimeVal| {
        u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).unwrap_or_default()
    };
    Duration::from_micros(micros(usage.user_time()) + micros(usage.system_time()))
}

#[cfg(not(unix))]
fn processor_time() -> Duration {
    panic!("processor time is measured on Unix only")
}
