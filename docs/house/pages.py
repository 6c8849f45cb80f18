"""Pages written at each build: the register of methods, the API, the list of reproduction pages."""

import importlib
import inspect
import shutil
from pathlib import Path

import iomodel
from house import docstrings
from iomodel import linkages, methods

DOCS = Path(__file__).resolve().parents[1]
BY_HAND = {"index", "folder-layout", "world-tables"}
LOADING = "reading and loading"
TYPES = {
    "IOTable": "iomodel.IOTable",
    "SAM": "iomodel.SAM",
    "SAMModel": "iomodel.sam.SAMModel",
    "Inverse": "iomodel.inverse.Inverse",
    "Meta": "iomodel.Meta",
    "BalanceOfPayments": "iomodel.BalanceOfPayments",
    "OwnershipKey": "iomodel.OwnershipKey",
}


def write(folder):
    """All generated pages, written anew."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "api").mkdir(parents=True)
    kernel = folder / "ipython" / "profile_default"
    (kernel / "startup").mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("kernel.py"), kernel / "startup")
    (kernel / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 'ERROR'\n")
    for name, text in {**api(), "methods.md": register(), "results.md": results()}.items():
        (folder / name).write_text(text, encoding="utf-8")


def modules():
    """The public modules, in the order in which `dir(iomodel)` lists them."""
    values = {name: getattr(iomodel, name) for name in iomodel.__all__}
    return {name: value for name, value in sorted(values.items()) if inspect.ismodule(value)}


def first_line(value):
    """The first sentence of a docstring, on one line."""
    text = (inspect.getdoc(value) or "").split("\n\n")[0]
    return " ".join(text.split())


# -- methods ----------------------------------------------------------------------------------


def register():
    """The register of methods as a page: a table for each module, then loading, then the values."""
    frame = methods.methods()
    out = [
        "# Methods, formulas and references\n",
        "Generated from the register of the library (`iomodel methods`): every public function, "
        "what it answers, its formula and after whom. A test holds that each has its oracle, its "
        "property and its bad input, and that each reference stands in the docstring. The letters "
        "are those of [the table of letters](../start/letters.md).\n",
    ]
    groups = dict(list(frame.groupby(rooms(frame.index))))
    for room in sorted(groups, key=lambda name: (name[0].isupper(), LOADING in name, name)):
        out += [f"## {room}\n", "::::{list-table}", ":widths: 26 74\n"]
        for name, row in groups[room].iterrows():
            lines = [plain(row["question"]), code(row["formula"]), plain(row["reference"])]
            out += [f"* - {linked(name)}", "  - " + "\\\n    ".join(lines)]
        out += ["::::\n"]
    return "\n".join(out)


def rooms(names):
    """The heading a function stands under: its module or type, or reading and loading."""
    rest = {"readers": LOADING, "sam": "SAM"}
    heads = [name.split(".")[0] if "." in name else LOADING for name in names]
    return [rest.get(head, head) for head in heads]


def linked(name):
    """A function with a link to its entry in the reference, where it has one."""
    *head, last = name.split(".")
    if name in ("IOTable.A", "sam.SAMModel.L", "sam.SAMModel.with_columns") or head == ["readers"]:
        return f"`{last}`"
    if head == ["linkages"] and last in linkages.indices():
        return f"`{last}`"
    return "{any}`" + f"{last} <iomodel.{name}>`"


def code(text):
    """A formula as it stands; sentences stay sentences."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def plain(text):
    """A cell of the register as Markdown: its signs mean themselves."""
    for sign in "\\*_|[]<>$":
        text = text.replace(sign, "\\" + sign)
    return text.removeprefix("none: ")


# -- the reference ----------------------------------------------------------------------------


def api():
    """A page for each module and type, and their list."""
    pages = {f"api/{name}.rst": module_page(name, value) for name, value in modules().items()}
    pages["api/functions.rst"] = functions_page()
    pages["api/types.rst"] = types_page()
    listed = [name for name in modules() if name != "errors"]
    lines = ["# The public face\n"]
    lines += ["Everything is reached from `import iomodel as im`.\n"]
    lines += ["| module | what it answers |", "|---|---|"]
    lines += [f"| [im.{n}]({n}.rst) | {plain(first_line(modules()[n]))} |" for n in listed]
    lines += ["", "Beside them: [reading and loading](functions.rst), [the values](types.rst)"]
    lines += ["(tables, SAMs, payments abroad) and [the errors](errors.rst).\n"]
    lines += ["```{toctree}", ":hidden:", "", "functions", "types", *listed, "errors", "```", ""]
    pages["api/index.md"] = "\n".join(lines)
    return pages


def heading(text, under="="):
    """A heading in reStructuredText."""
    return [text, under * len(text), ""]


def module_page(name, module):
    """One public module: its docstring, its functions, its results, its indices."""
    full = f"iomodel.{name}"
    out = [*heading(f"im.{name}"), f".. automodule:: {full}", "   :no-index:", ""]
    for member, value in members(module):
        kind = "autofunction"
        if inspect.isclass(value):
            kind = "autoexception" if issubclass(value, BaseException) else "autoclass"
        out += [f".. {kind}:: {full}.{member}"]
        if kind == "autoclass":
            out += ["   :members:", "   :exclude-members: weights, compute"]
        out += [""]
    if name == "linkages":
        out += indices()
    return "\n".join(out)


def members(module):
    """The public members of a module, in the order it declares them."""
    listed = getattr(module, "__all__", None)
    if listed is None:
        listed = [
            key
            for key, value in vars(module).items()
            if not key.startswith("_") and getattr(value, "__module__", "") == module.__name__
        ]
    found = [(key, getattr(module, key)) for key in listed]
    return [(key, value) for key, value in found if callable(value)]


def indices():
    """The registered linkage indices, each with the docstring of what computes it."""
    out = heading("The indices", "-")
    out += [
        "By name: ``im.linkages.measure(table, name)``; all: ``im.linkages.compare(table)``.",
        "",
    ]
    for index in linkages.indices().values():
        out += heading(index.name, "^")
        out += [f"``{index.formula}`` ({index.direction})", ""]
        out += docstrings.rest((inspect.getdoc(index.compute) or "").splitlines())
    return out


def functions_page():
    """The functions of the package itself."""
    out = [*heading("Reading and loading")]
    for name in iomodel.__all__:
        value = getattr(iomodel, name)
        if callable(value) and not inspect.isclass(value):
            out += [f".. autofunction:: iomodel.{name}", ""]
    return "\n".join(out)


def types_page():
    """The values: tables, SAMs, what describes them."""
    out = [*heading("The values")]
    for title, path in TYPES.items():
        module, name = path.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), name), path
        out += [*heading(title, "-"), f".. autoclass:: {path}", "   :members:", ""]
    return "\n".join(out)


# -- pages written by commands ----------------------------------------------------------------


def results():
    """The list of pages that commands write into docs/: new ones join by themselves."""
    found = sorted(path for path in DOCS.glob("*.md") if path.stem not in BY_HAND)
    out = ["# Reproduction\n"]
    out += [
        "Published figures, official tables and what they give side by side. Each page is written "
        "by a command from the tables that ship, and a test compares every number in it with "
        "fresh results.\n"
    ]
    for path in found:
        title = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        out.append(f"- [{title}](../{path.name})")
    out += ["", "The main job itself is a command: `iomodel reproduce`.\n", "```{toctree}"]
    out += [":hidden:", "", *(f"../{path.stem}" for path in found), "```", ""]
    return "\n".join(out)
