//! Verbs that paths of APIs end in. Knows nothing of the IR.

/// Verbs that do not change anything, so that a `GET` can be one.
const READS: &[&str] = &[
    "aggregate",
    "check",
    "compare",
    "count",
    "diff",
    "download",
    "estimate",
    "export",
    "find",
    "list",
    "lookup",
    "preview",
    "query",
    "resolve",
    "search",
    "suggest",
    "validate",
    "verify",
    "view",
];

/// Verbs that do something, and are hardly ever the name of a thing.
const ACTS: &[&str] = &[
    "abort",
    "accept",
    "acknowledge",
    "activate",
    "add",
    "allow",
    "analyze",
    "append",
    "apply",
    "approve",
    "assign",
    "attach",
    "authenticate",
    "authorize",
    "backfill",
    "begin",
    "block",
    "build",
    "calculate",
    "cancel",
    "change",
    "claim",
    "clean",
    "cleanup",
    "clear",
    "clone",
    "close",
    "complete",
    "compute",
    "configure",
    "confirm",
    "connect",
    "convert",
    "copy",
    "create",
    "delete",
    "deploy",
    "detach",
    "discover",
    "dismiss",
    "drop",
    "duplicate",
    "edit",
    "enable",
    "end",
    "enqueue",
    "enrich",
    "enroll",
    "evaluate",
    "evict",
    "execute",
    "expire",
    "explain",
    "extend",
    "fetch",
    "finalize",
    "finish",
    "flush",
    "force",
    "freeze",
    "ban",
    "bind",
    "boost",
    "broadcast",
    "fail",
    "hold",
    "wake",
    "unlock",
    "generate",
    "get",
    "grant",
    "hide",
    "ignore",
    "import",
    "initialize",
    "init",
    "insert",
    "install",
    "invalidate",
    "invite",
    "invoke",
    "isolate",
    "join",
    "kill",
    "leave",
    "load",
    "lock",
    "login",
    "logout",
    "mark",
    "merge",
    "migrate",
    "modify",
    "move",
    "mute",
    "notify",
    "open",
    "patch",
    "pause",
    "perform",
    "persist",
    "ping",
    "pin",
    "poll",
    "prepare",
    "promote",
    "provision",
    "publish",
    "pull",
    "purge",
    "push",
    "put",
    "rank",
    "read",
    "rebuild",
    "receive",
    "recover",
    "refresh",
    "regenerate",
    "register",
    "reindex",
    "reject",
    "release",
    "reload",
    "remove",
    "rename",
    "renew",
    "reorder",
    "repair",
    "replace",
    "replay",
    "request",
    "reset",
    "resize",
    "restart",
    "restore",
    "resume",
    "resync",
    "retrieve",
    "retry",
    "revert",
    "revoke",
    "rollback",
    "rotate",
    "run",
    "save",
    "scan",
    "select",
    "send",
    "set",
    "share",
    "shutdown",
    "sign",
    "simulate",
    "skip",
    "split",
    "start",
    "stop",
    "store",
    "submit",
    "subscribe",
    "suspend",
    "swap",
    "switch",
    "sync",
    "synchronize",
    "terminate",
    "toggle",
    "train",
    "transfer",
    "translate",
    "trigger",
    "truncate",
    "undo",
    "uninstall",
    "unlink",
    "unset",
    "update",
    "upgrade",
    "upload",
    "upsert",
    "vacuum",
    "warm",
    "withdraw",
    "write",
    "archive",
    "disable",
    "snapshot",
    "reassign",
    "link",
    "favorite",
    "execute",
    "setup",
];

/// Words that are a verb only where they stand alone: `/{id}/test`, but not `/{id}/test_results`.
const ALONE: &[&str] = &[
    "converse", "chat", "filter", "fork", "group", "ingest", "log", "monitor", "process", "rate",
    "report", "review", "schedule", "snooze", "test", "track", "vote", "watch",
];

/// What makes a verb of a verb.
const PREFIXES: &[&str] = &["un", "re", "de", "dis"];

/// Verbs that ask even where a thing follows: `/check-permissions`.
const ASKS: &[&str] = &[
    "check", "find", "list", "lookup", "resolve", "validate", "verify",
];

/// What a `DELETE` can mean.
const REMOVES: &[&str] = &[
    "cancel",
    "clean",
    "cleanup",
    "clear",
    "delete",
    "detach",
    "drop",
    "purge",
    "remove",
    "reset",
    "revoke",
    "terminate",
    "uninstall",
    "unlink",
];

/// What is done to many things, even where a path calls them in the singular.
const OF_MANY: &[&str] = &[
    "aggregate",
    "bulk",
    "count",
    "find",
    "list",
    "query",
    "search",
];

/// Whether a verb is about many things.
pub(crate) fn takes_many(word: &str) -> bool {
    OF_MANY.contains(&word)
}

/// Whether a verb asks for the thing that follows it.
pub(crate) fn asks(word: &str) -> bool {
    ASKS.contains(&word)
}

/// Whether a verb takes something away.
pub(crate) fn removes(word: &str) -> bool {
    REMOVES.contains(&word)
}

/// Whether a word is a verb that changes nothing.
pub(crate) fn reads(word: &str) -> bool {
    READS.contains(&word)
}

/// Whether a word is a verb, and hardly ever the name of a thing.
pub(crate) fn is_verb(word: &str) -> bool {
    let known = |word: &str| ACTS.contains(&word) || READS.contains(&word);
    known(word)
        || PREFIXES
            .iter()
            .any(|prefix| word.strip_prefix(prefix).is_some_and(&known))
}

/// Whether a word that stands alone is a verb.
pub(crate) fn is_verb_alone(word: &str) -> bool {
    let known = |word: &str| ALONE.contains(&word);
    is_verb(word)
        || known(word)
        || PREFIXES
            .iter()
            .any(|prefix| word.strip_prefix(prefix).is_some_and(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_known_with_their_prefixes() {
        for verb in [
            "copy",
            "reassign",
            "unenroll",
            "deactivate",
            "disconnect",
            "resend",
            "find",
        ] {
            assert!(is_verb(verb), "{verb}");
        }
        assert!(is_verb_alone("unsnooze") && !is_verb("snooze"));
        for noun in ["rule", "report", "diagnostics", "status", "resource"] {
            assert!(!is_verb(noun), "{noun}");
        }
    }
}
