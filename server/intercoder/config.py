"""Settings: one frozen value, read from the environment once, at the edge."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from intercoder.errors import InvalidInput

#: connections to the database that a web process can use at once: its threads (24), and what goes on beside them
POOL = 28


@dataclass(frozen=True)
class Setting:
    """One setting that a person can make: its environment name, default and a sentence."""

    name: str
    default: str
    help: str


SETTINGS: Mapping[str, Setting] = {
    s.name: s
    for s in (
        Setting(
            "INTERCODER_DATA", "", "Data folder: SQLite file, secret key, backups. Default: ~/.local/share/intercoder."
        ),
        Setting(
            "DATABASE_URL",
            "",
            "sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/NAME. Default: SQLite in the data folder.",
        ),
        Setting("REDIS_URL", "", "redis://HOST:6379/0. Turns on event fan-out between processes and RQ workers."),
        Setting(
            "PUBLIC_URL",
            "",
            "The address people type, such as https://coding.example.org. Links in mails use only this.",
        ),
        Setting(
            "TRUSTED_HOSTS",
            "",
            "Comma-separated host names the server answers to. Default: the host of PUBLIC_URL, or loopback.",
        ),
        Setting(
            "TRUST_PROXY", "0", "1 when exactly one reverse proxy stands in front and sets X-Forwarded-For and -Proto."
        ),
        Setting("SECRET_KEY", "", "At least 32 characters. Default: made once and kept in the data folder, mode 0600."),
        Setting("SECRET_KEY_FILE", "", "A file that holds SECRET_KEY."),
        Setting(
            "SMTP_URL",
            "",
            "smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://…:465. Without it invitations are links to copy.",
        ),
        Setting("MAIL_FROM", "", "Sender address of mails."),
        Setting(
            "BACKUPS",
            "daily",
            "daily or off. With SQLite intercoder serve makes a verified backup each day; kept are 7 days, 4 weeks, 12 months.",
        ),
        Setting("QUOTA_MEGABYTES", "2000/20000", "Megabytes of uploaded files: in a project / on the whole server."),
        Setting("QUOTA_STAGED", "1000/5000", "Files that wait to be imported: in a project / on the whole server."),
        Setting("QUOTA_DOCUMENTS", "10000/100000", "Documents: in a project / on the whole server."),
        Setting("QUOTA_MEMBERS", "500/5000", "Members of a project / accounts on the whole server."),
        Setting(
            "QUOTA_EXPORTS", "4/16", "Files to take away that are made at a time: in a project / on the whole server."
        ),
        Setting(
            "QUOTA_MADE", "2000/20000", "Megabytes of such files that are kept: of a project / on the whole server."
        ),
        Setting("PORT", "8000", "Port of intercoder serve."),
        Setting("WEB_WORKERS", "1", "Web processes. More than one needs PostgreSQL and Redis."),
        Setting(
            "DATABASE_CONNECTIONS",
            "80",
            "Connections to PostgreSQL of all web processes together; each has 28 at most. A worker has 4.",
        ),
        Setting("CONNECTIONS", "16000", "Open connections that a web process takes, idle ones included."),
        Setting(
            "CONNECTIONS_PER_ADDRESS",
            "2000",
            "Open connections of one address (IPv6: one /64), without a proxy. Beyond it the idlest are closed.",
        ),
        Setting(
            "IDLE_SECONDS", "15", "Seconds until the head of a request must be whole, the idling before it included."
        ),
        Setting("BODY_SECONDS", "20", "Seconds that a body may take; 1,000 bytes buy one more."),
        Setting("STREAMS", "500", "Open pages that hear of changes, in a web process. Further ones poll."),
        Setting("STREAMS_PER_PERSON", "20", "Of them, how many of one person."),
        Setting("SELF_REGISTRATION", "0", "1 lets anybody make an account. Off: accounts come from invitations only."),
        Setting(
            "METRICS_TOKEN",
            "",
            "At least 20 characters: who sends it as a bearer token reads /metrics. Default: nobody reads it.",
        ),
        Setting("LOG_LEVEL", "info", "debug, info, warning or error."),
    )
}


@dataclass(frozen=True)
class Quota:
    """How much of something a project may hold, and how much the whole server."""

    project: int
    server: int


@dataclass(frozen=True)
class Quotas:
    """How much there may be: generous for studies, and less than what fills a disk."""

    megabytes: Quota = Quota(2_000, 20_000)
    staged: Quota = Quota(1_000, 5_000)
    documents: Quota = Quota(10_000, 100_000)
    members: Quota = Quota(500, 5_000)
    exports: Quota = Quota(4, 16)
    made: Quota = Quota(2_000, 20_000)


@dataclass(frozen=True)
class Settings:
    """Everything the program is told from outside, checked."""

    data: Path
    database_url: str
    redis_url: str | None
    public_url: str | None
    trusted_hosts: tuple[str, ...]
    trust_proxy: bool
    secret_key: str
    smtp_url: str | None
    mail_from: str | None
    port: int
    web_workers: int
    database_connections: int
    connections: int
    connections_per_address: int
    idle_seconds: int
    body_seconds: int
    streams: int
    streams_per_person: int
    self_registration: bool
    metrics_token: str | None
    daily_backups: bool
    quotas: Quotas
    log_level: str

    @property
    def sqlite(self) -> bool:
        """Whether the database is an SQLite file."""
        return self.database_url.startswith("sqlite")

    @property
    def pool_size(self) -> int:
        """How many connections to the database one web process keeps: more than it has threads would lie idle."""
        return max(2, min(POOL, self.database_connections // self.web_workers))

    @property
    def secure(self) -> bool:
        """Whether people reach the server through TLS."""
        return bool(self.public_url and self.public_url.startswith("https://"))


def default_data_folder() -> Path:
    """Return the folder used when INTERCODER_DATA is not set."""
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".local" / "share") / "intercoder"


def load_settings(environ: Mapping[str, str] | None = None, **overrides: str) -> Settings:
    """Return the settings of this process; ``overrides`` (environment names) come from the command line.

    Raises ``InvalidInput`` with a sentence for a value that cannot be used.
    """
    env = dict(os.environ if environ is None else environ)
    env.update(overrides)

    def text(name: str) -> str:
        return env.get(name, "").strip() or SETTINGS[name].default

    def flag(name: str) -> bool:
        value = text(name).lower()
        if value not in {"0", "1", "true", "false", "yes", "no"}:
            raise InvalidInput("bad_setting", "{name} must be 0 or 1, not “{value}”.", name=name, value=value)
        return value in {"1", "true", "yes"}

    def number(name: str, low: int, high: int) -> int:
        value = text(name)
        if not value.isdigit() or not low <= int(value) <= high:
            raise InvalidInput(
                "bad_setting",
                "{name} must be a whole number from {low} to {high}, not “{value}”.",
                name=name,
                low=low,
                high=high,
                value=value,
            )
        return int(value)

    data = Path(text("INTERCODER_DATA") or default_data_folder()).expanduser().resolve()
    database = text("DATABASE_URL") or f"sqlite:///{data / 'intercoder.sqlite3'}"
    if database.startswith("postgresql://"):
        database = "postgresql+psycopg://" + database.removeprefix("postgresql://")
    if not database.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise InvalidInput("bad_setting", "DATABASE_URL must start with sqlite:/// or postgresql+psycopg://.")
    workers = number("WEB_WORKERS", 1, 64)
    if workers > 1 and database.startswith("sqlite"):
        raise InvalidInput(
            "sqlite_one_process",
            "SQLite serves one web process. Set WEB_WORKERS=1, or use PostgreSQL and Redis for {workers} processes.",
            workers=workers,
        )
    if workers > 1 and not text("REDIS_URL"):
        raise InvalidInput("redis_needed", "Several web processes need REDIS_URL, or pages would miss live changes.")
    public = text("PUBLIC_URL").rstrip("/") or None
    if public and not public.startswith(("http://", "https://")):
        raise InvalidInput("bad_setting", "PUBLIC_URL must start with http:// or https://.")
    hosts = tuple(h.strip() for h in text("TRUSTED_HOSTS").split(",") if h.strip())
    if not hosts:
        hosts = (public.split("//")[1].split("/")[0].rsplit(":", 1)[0],) if public else ()
    return Settings(
        data=data,
        database_url=database,
        redis_url=text("REDIS_URL") or None,
        public_url=public,
        trusted_hosts=(*hosts, "127.0.0.1", "localhost"),
        trust_proxy=flag("TRUST_PROXY"),
        secret_key=_secret_key(text("SECRET_KEY"), text("SECRET_KEY_FILE"), data),
        smtp_url=text("SMTP_URL") or None,
        mail_from=text("MAIL_FROM") or None,
        port=number("PORT", 1, 65535),
        web_workers=workers,
        database_connections=number("DATABASE_CONNECTIONS", 4, 10_000),
        connections=number("CONNECTIONS", 100, 1_000_000),
        connections_per_address=number("CONNECTIONS_PER_ADDRESS", 20, 1_000_000),
        idle_seconds=number("IDLE_SECONDS", 1, 600),
        body_seconds=number("BODY_SECONDS", 1, 600),
        streams=number("STREAMS", 1, 100_000),
        streams_per_person=number("STREAMS_PER_PERSON", 1, 1000),
        self_registration=flag("SELF_REGISTRATION"),
        metrics_token=_metrics_token(text("METRICS_TOKEN")),
        daily_backups=_choice("BACKUPS", text("BACKUPS"), "daily", "off") == "daily",
        quotas=Quotas(*(_quota(name, text(name)) for name in QUOTAS)),
        log_level=text("LOG_LEVEL").lower(),
    )


def _metrics_token(value: str) -> str | None:
    if value and len(value) < 20:
        raise InvalidInput("bad_setting", "METRICS_TOKEN must have at least 20 characters.")
    return value or None


#: in the order of ``Quotas``
QUOTAS = ("QUOTA_MEGABYTES", "QUOTA_STAGED", "QUOTA_DOCUMENTS", "QUOTA_MEMBERS", "QUOTA_EXPORTS", "QUOTA_MADE")


def _quota(name: str, value: str) -> Quota:
    """Return what may be held in a project and on the server."""
    project, _, server = value.partition("/")
    if not (project.isdecimal() and server.isdecimal()) or not 0 < int(project) <= int(server) < 10**9:
        raise InvalidInput(
            "bad_setting",
            "{name} must be two whole numbers, for a project and for the whole server, such as {example}, not “{value}”.",
            name=name,
            example=SETTINGS[name].default,
            value=value,
        )
    return Quota(int(project), int(server))


def _choice(name: str, value: str, *values: str) -> str:
    """Return which of the values a setting has."""
    if value.lower() not in values:
        raise InvalidInput(
            "bad_setting",
            "{name} must be one of {values}, not “{value}”.",
            name=name,
            values=", ".join(values),
            value=value,
        )
    return value.lower()


def _secret_key(value: str, file: str, data: Path) -> str:
    """Return the key given, or the install's own, made at the first start and readable by its owner only."""
    if file:
        try:
            value = Path(file).read_text().strip()
        except OSError as error:
            raise InvalidInput(
                "bad_setting", "SECRET_KEY_FILE cannot be read: {error}.", error=error.strerror
            ) from error
    if not value:
        kept = data / "secret.key"
        if not kept.exists():
            data.mkdir(parents=True, exist_ok=True)
            draft = kept.with_name(f"secret.key.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(48))
            # Two processes may start at once: the first whole key stays, whoever wrote it.
            with contextlib.suppress(FileExistsError):
                os.link(draft, kept)
            draft.unlink()
        value = kept.read_text().strip()
    if len(value) < 32:
        raise InvalidInput("bad_setting", "SECRET_KEY must have at least 32 characters.")
    return value
