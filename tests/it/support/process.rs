//! The real binary.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

/// The binary in a folder of the test's own, without the settings of whoever runs the tests.
pub(crate) fn rolegraph(folder: &Path) -> Command {
    command(Path::new(env!("CARGO_BIN_EXE_rolegraph")), folder)
}

/// The release's binary likewise, which whoever runs the test has built.
pub(crate) fn released(folder: &Path) -> Command {
    let target = Path::new(env!("CARGO_BIN_EXE_rolegraph")).parent().and_then(Path::parent).expect("a profile's folder");
    let binary = target.join("release/rolegraph");
    assert!(binary.exists(), "build it first: cargo build --release");
    command(&binary, folder)
}

fn command(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ROLEGRAPH_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// What a finished command printed on standard output; it ended well.
#[track_caller]
pub(crate) fn printed(command: &mut Command) -> String {
    let output = command.output().expect("the binary runs");
    assert!(output.status.success(), "{}", told(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What a command that refused told on standard error; it printed nothing else.
#[track_caller]
pub(crate) fn refused(command: &mut Command) -> String {
    let output = command.output().expect("the binary runs");
    assert!(!output.status.success(), "it ended well");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    told(&output)
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A running service; killed at the end, whatever happens.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
    pub(crate) token: Option<String>,
    /// Held open: a service that is told nobody reads its log must not end for it.
    _log: BufReader<ChildStderr>,
}

impl Served {
    /// Starts `serve` on a free port and waits until it says where it is.
    pub(crate) fn start(command: &mut Command) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0"]).env("ROLEGRAPH_LOG__FILTER", "error");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut log = BufReader::new(child.stderr.take().expect("piped"));
        let (mut url, mut token, mut line, mut all) = (None, None, String::new(), String::new());
        while log.read_line(&mut line).expect("readable") > 0 {
            all.push_str(&line);
            if let Some((_, at)) = line.split_once(" is at ") {
                url = Some(at.trim().to_owned());
            }
            if line.starts_with("The console") {
                token = line.split_once("#token=").map(|(_, token)| token.trim().to_owned());
                break;
            }
            line.clear();
        }
        let url = url.unwrap_or_else(|| panic!("it does not say where it is:\n{all}"));
        Self { child, url, token, _log: log }
    }

    /// Its address without the scheme.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").expect("http")
    }

    /// Its process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, and waits for that.
    pub(crate) fn terminate(mut self) -> (ExitStatus, Duration) {
        let begin = Instant::now();
        let killed = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(killed.success());
        while begin.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return (status, begin.elapsed());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not stop");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// How long to wait for what a process says, on a slow machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running `rolegraph work`; killed at the end, whatever happens.
pub(crate) struct Working {
    child: Child,
    log: Receiver<String>,
}

impl Working {
    /// Starts it and waits until it works.
    pub(crate) fn start(command: &mut Command) -> Self {
        command.arg("work").env("ROLEGRAPH_LOG__FILTER", "warn");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let (told, log) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| told.send(line)));
        let working = Self { child, log };
        working.wait_for("Doing queued work.");
        working
    }

    /// Waits until it says that.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        let mut told = String::new();
        while !told.contains(text) {
            match self.log.recv_timeout(PATIENCE) {
                Ok(line) => told = told + &line + "\n",
                Err(error) => panic!("{error}: it does not say {text:?}:\n{told}"),
            }
        }
    }

    /// Sends it a signal: `STOP`, `CONT`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The text of a file.
#[track_caller]
pub(crate) fn text(path: &Path) -> String {
    let mut text = String::new();
    File::open(path).and_then(|mut file| file.read_to_string(&mut text)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text
}
