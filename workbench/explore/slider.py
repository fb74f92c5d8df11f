"""A slider over a few named values: the browser's own, so that keyboard, touch and screen readers know it."""

import anywidget
import traitlets

from workbench.charts import theme

# The value is sent when it is let go, as each one draws a figure; its words follow at once.
_ESM = """
let made = 0;
function render({ model, el }) {
  const id = `workbench-slider-${++made}-${Date.now()}`;
  const label = document.createElement("label");
  const words = document.createElement("output");
  const input = document.createElement("input");
  label.htmlFor = words.htmlFor = input.id = id;
  input.type = "range";
  input.min = 0;
  input.step = 1;
  function say() {
    const [said] = model.get("options")[Number(input.value)] || [""];
    words.textContent = said;
    input.setAttribute("aria-valuetext", said);
  }
  function follow() {
    const options = model.get("options");
    label.textContent = model.get("description");
    input.max = Math.max(options.length - 1, 0);
    input.value = Math.max(options.findIndex(([, value]) => value === model.get("value")), 0);
    say();
  }
  input.addEventListener("input", say);
  input.addEventListener("change", () => {
    model.set("value", model.get("options")[Number(input.value)][1]);
    model.save_changes();
  });
  model.on("change:value change:options change:description", follow);
  follow();
  el.classList.add("workbench-slider");
  el.append(label, input, words);
  return () => model.off("change:value change:options change:description", follow);
}
export default { render };
"""
_CSS = """
.workbench-slider { display: grid; margin: 0; grid-template-columns: 1fr auto; gap: .15rem .8rem; align-items: center; }
.workbench-slider label { grid-column: 1 / -1; }
.workbench-slider input { width: 100%; min-height: 1.6rem; margin: 0; accent-color: ACCENT; }
.workbench-slider input:focus-visible { outline: 3px solid ACCENT; outline-offset: 2px; }
.workbench-slider output { min-width: 5rem; text-align: right; }
""".replace("ACCENT", theme.ACCENT)


class Slider(anywidget.AnyWidget):
    """A slider that is used like a dropdown.

    Parameters
    ----------
    description : str
        Its label.
    options : list of (str, str)
        Words for people and values, in order.
    value : str
        One of the values.
    """

    _esm = _ESM
    _css = _CSS
    description = traitlets.Unicode("").tag(sync=True)
    options = traitlets.List().tag(sync=True)
    value = traitlets.Unicode("").tag(sync=True)

    @traitlets.validate("value")
    def _known(self, proposal):
        """A value that a page sends is one of the options, or nothing changes."""
        values = [value for _, value in self.options]
        return proposal["value"] if not values or proposal["value"] in values else self.value
