"""Voila with a home page and the registered notebooks, and nothing else to reach."""

import logging
import tempfile
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

import jinja2
import tornado.web
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from traitlets.config import Config
from voila.app import Voila
from voila.static_file_handler import AllowListFileHandler
from voila.tornado.handler import TornadoVoilaHandler

from workbench.kernels.forks import NotTrusted, forks
from workbench.serve.home import Entry, Home
from workbench.serve.staged import REPORT, stage

TEMPLATES = Path(__file__).parent / "templates"
KERNELS = 24
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
STILL = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"  # of a page without scripts


class Server(Voila):
    """The apps of one review."""

    home: Home

    @classmethod
    def run(cls, home: Home, *, city: Path, ip: str, port: int, token: str) -> None:
        """Serve until stopped; the staged notebooks are removed afterwards."""
        staged = Path(tempfile.mkdtemp(prefix="workbench-apps-"))
        with suppress(NotTrusted):  # said with the first kernel
            forks.start(for_apps=True)
        try:
            for entry in home.offered:
                stage(entry.notebook, staged, entry.handle)
            server = cls(config=settings(home, city, staged, ip, port))
            server.home = home
            server.token = token
            server.initialize([])
            server.log.setLevel(logging.WARNING)
            server.start()
        finally:
            forks.stop()
            rmtree(staged, ignore_errors=True)

    def setup_template_dirs(self):
        """Our templates before those of the base."""
        super().setup_template_dirs()
        self.template_paths = [str(TEMPLATES), *self.template_paths]

    def load_config_file(self, *args, **kwargs):
        """Configuration files of the machine are not read: what is served is decided here."""

    def listen(self):
        """Say where, once it is known which port was free; the token is never printed."""
        self.log.setLevel(logging.INFO)
        super().listen()

    def init_handlers(self) -> list:
        """The routes: the home page, one for each app, and what their pages load."""
        own = [(self.server_url, HomeHandler, {"home": self.home})]
        if self.home.goals:
            own.append((url_path_join(self.server_url, "/goals"), GoalsHandler, {"home": self.home}))
        for entry in self.home.offered:
            keywords = {
                "entry": entry,
                "notebook_path": f"{entry.handle}.ipynb",
                "template_paths": self.template_paths,
                "config": self.config,
                "voila_configuration": self.voila_configuration,
            }
            own.append((url_path_join(self.server_url, f"/app/{entry.handle}"), AppHandler, keywords))
        return [*own, *(handler for handler in super().init_handlers() if _may_be_reached(handler))]


class HomeHandler(JupyterHandler):
    """The page that lists the apps."""

    def initialize(self, home: Home):
        self.home = home

    @tornado.web.authenticated
    def get(self):
        """The home page; it has no scripts."""
        page = _environment().get_template("home.html")
        self.set_header("Content-Security-Policy", STILL)
        self.finish(page.render(home=self.home, base=self.base_url))


class GoalsHandler(HomeHandler):
    """The page of the plan's goals."""

    @tornado.web.authenticated
    def get(self):
        """The page as it was made when the server started; it has no scripts."""
        self.set_header("Content-Security-Policy", STILL)
        self.finish(self.home.goals)


class AppHandler(TornadoVoilaHandler):
    """One app, opened on a view."""

    def initialize(self, entry: Entry, **kwargs):
        self.entry = entry
        super().initialize(**kwargs)

    @tornado.web.authenticated
    async def get(self, path=None):
        """The app of the view that the link names, or a redirect to the first one."""
        if not self.request.query and self.entry.first:
            self.redirect(f"{self.request.path}?{self.entry.first}")
        elif len(self.kernel_manager.list_kernel_ids()) >= KERNELS:
            self.set_status(503)
            self.set_header("Retry-After", "60")
            self.finish("Too many people are looking at the apps just now. Please try again in a minute.")
        else:
            await super().get(path)


def settings(home: Home, city: Path, staged: Path, ip: str, port: int) -> Config:
    """Configuration of the server."""
    config = Config()
    config.Voila.ip, config.Voila.port, config.Voila.open_browser = ip, port, False
    config.Voila.root_dir = str(staged)
    config.Voila.tornado_settings = {"headers": {"Content-Security-Policy": POLICY}}
    voila = config.VoilaConfiguration
    voila.template, voila.theme = "lab", "light"
    voila.allow_template_override = voila.allow_theme_override = "NO"
    voila.strip_sources, voila.show_tracebacks = True, False
    voila.file_allowlist = ["$^"]
    titles = {entry.handle: entry.title for entry in home.entries}
    voila.resources = {"home": {"city": home.city, "internal": home.internal, "titles": titles}}
    config.VoilaExecutor.skip_cells_with_tag = REPORT
    config.VoilaExecutor.timeout = 120
    config.VoilaExecutor.cell_error_instruction = (
        "Please tell the performance office which link you followed."
    )
    config.KernelManager.client_class = "workbench.kernels.client.KernelClient"
    config.MappingKernelManager.root_dir = str(city)
    config.MappingKernelManager.cull_idle_timeout = 600
    config.MappingKernelManager.cull_interval = 60
    return config


def _may_be_reached(handler: tuple) -> bool:
    """No tree, no notebook by path, no contents, no files."""
    return handler[1] is not AllowListFileHandler and not any(
        part in handler[0] for part in ("/voila/tree", "/voila/render", "/voila/api/contents")
    )


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
