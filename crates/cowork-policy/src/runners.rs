//! Programs that run other programs: what they do can't be seen in their words.
//!
//! Always true: being here raises a risk, and not being here proves nothing. Elsewhere: who is asked then (`judge`).

use crate::names::fold;

/// The program's name without its folder, its `.exe` and its version.
pub(crate) fn program_name(program: &str) -> String {
    let name = fold(program.rsplit(['/', '\\']).next().unwrap_or(program));
    name.strip_suffix(".exe").unwrap_or(&name).to_owned()
}

/// Whether the program, by its last name, runs others when it gets these arguments.
pub(crate) fn runs_others(name: &str, arguments: &[String]) -> bool {
    let unversioned = name.trim_end_matches(|end: char| end.is_ascii_digit() || end == '.');
    RUNNERS.contains(&name) || RUNNERS.contains(&unversioned) || sometimes_runs_others(name, arguments)
}

fn sometimes_runs_others(name: &str, arguments: &[String]) -> bool {
    OPTIONS
        .iter()
        .filter(|(program, _)| *program == name)
        .flat_map(|(_, options)| *options)
        .any(|option| arguments.iter().any(|argument| is_option(argument, option)))
}

/// Whether an argument is the option, also shortened, with its value, or in a bundle of short ones.
fn is_option(argument: &str, option: &str) -> bool {
    let bare = argument.split('=').next().unwrap_or(argument);
    if let Some(letter) = option.strip_prefix('-').filter(|letter| letter.chars().count() == 1) {
        return bare.starts_with('-') && !bare.starts_with("--") && bare.contains(letter);
    }
    bare == option || (bare.starts_with("--") && bare.len() > 2 && option.starts_with(bare))
}

/// Programs that run what their arguments, their input or a file says, whichever options they get.
const RUNNERS: &[&str] = &[
    ".",
    "ash",
    "at",
    "awk",
    "bash",
    "batch",
    "bun",
    "bunx",
    "busybox",
    "chroot",
    "cmd",
    "command",
    "crontab",
    "csh",
    "dash",
    "deno",
    "doas",
    "docker",
    "ed",
    "emacs",
    "entr",
    "env",
    "eval",
    "ex",
    "exec",
    "expect",
    "find",
    "fish",
    "flock",
    "gawk",
    "gdb",
    "ionice",
    "java",
    "jshell",
    "ksh",
    "kubectl",
    "less",
    "lldb",
    "ltrace",
    "lua",
    "luajit",
    "man",
    "mawk",
    "more",
    "nawk",
    "nc",
    "ncat",
    "nice",
    "node",
    "nohup",
    "npx",
    "nsenter",
    "nvim",
    "osascript",
    "parallel",
    "perl",
    "php",
    "pkexec",
    "pnpx",
    "podman",
    "powershell",
    "pwsh",
    "pypy",
    "python",
    "rsync",
    "rscript",
    "ruby",
    "run-parts",
    "runuser",
    "scp",
    "screen",
    "script",
    "sed",
    "setarch",
    "setsid",
    "sftp",
    "sh",
    "socat",
    "source",
    "ssh",
    "stdbuf",
    "strace",
    "su",
    "sudo",
    "systemd-run",
    "taskset",
    "tar",
    "tclsh",
    "tcsh",
    "time",
    "timeout",
    "tmux",
    "unbuffer",
    "unshare",
    "uvx",
    "vi",
    "view",
    "vim",
    "watch",
    "wish",
    "xargs",
    "xterm",
    "zsh",
];

/// Programs that do so with some options or words.
const OPTIONS: &[(&str, &[&str])] = &[
    ("cargo", &["--config"]),
    ("curl", &["-K", "--config"]),
    ("fd", &["-x", "-X", "--exec", "--exec-batch"]),
    ("gcc", &["-wrapper"]),
    (
        "git",
        &[
            "-c",
            "--config-env",
            "--exec-path",
            "--upload-pack",
            "--receive-pack",
            "--ext-diff",
            "--textconv",
            "--exec",
            "-x",
            "--open-files-in-pager",
            "-O",
            "config",
            "bisect",
            "submodule",
            "filter-branch",
            "difftool",
            "mergetool",
            "send-email",
            "instaweb",
        ],
    ),
    ("go", &["-exec", "-toolexec", "generate", "run"]),
    ("make", &["--eval", "-f", "--file", "--makefile"]),
    ("rg", &["--pre", "--hostname-bin"]),
    ("sort", &["--compress-program"]),
    ("split", &["--filter"]),
    ("wget", &["--use-askpass", "--config"]),
    ("zip", &["-T", "--unzip-command"]),
];
