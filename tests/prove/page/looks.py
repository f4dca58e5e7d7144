"""The looks of the page: readable in light and dark, nothing beyond the edge of a narrow window."""

from pathlib import Path

from local.problem import NotProven

from ..findings import Findings
from .browser import SCHEMES, WIDTHS, Browser

_LEAST_CONTRAST = 4.5
"""WCAG 2.2, AA, for text of any size."""
_PICTURE = (1280, 900)
_MOST_BYTES = 200_000


def picture(page: Browser, directory: Path) -> None:
    """The README's, one for each scheme; raises NotProven for one that is too large."""
    page.script("document.activeElement.blur()")
    for scheme in SCHEMES:
        page.look(scheme, *_PICTURE)
        path = directory / f"page-{scheme}.png"
        page.picture(path)
        if path.stat().st_size > _MOST_BYTES:
            raise NotProven(f"{path.name} has {path.stat().st_size} bytes")
    page.look("light", WIDTHS[0])


def judge(page: Browser, findings: Findings) -> None:
    """Every size in both schemes."""
    for scheme in SCHEMES:
        for width in WIDTHS:
            page.look(scheme, width)
            beyond = page.script(_BEYOND)
            pale = page.script(_PALE, _LEAST_CONTRAST)
            findings.expect(
                f"{scheme}, {width} px: nothing beyond the edge, no text that is hard to read",
                not beyond and not pale,
                "; ".join([*beyond, *pale]),
            )
    page.look("light", WIDTHS[0])


_BEYOND = """
const most = document.documentElement.clientWidth;
const wide = [...document.querySelectorAll("body *")].filter((each) => {
  if (each.parentElement.closest(".scroll") !== null) return false;
  const box = each.getBoundingClientRect();
  return box.width > 1 && box.right > most + 0.5;
});
const spilling = [...document.querySelectorAll(".node, .card, .arrow, .scroll, li")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0);
return [...wide, ...spilling].map((each) => `${each.className || each.tagName}: ${each.innerText.slice(0, 40)}`);
"""

_PALE = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
function rgb(color) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  return canvas.getImageData(0, 0, 1, 1).data;
}
function luminance(color) {
  const [r, g, b] = [...rgb(color)].slice(0, 3).map((each) => {
    const part = each / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function ground(element) {
  for (let at = element; at !== null; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (rgb(color)[3] === 255) return color;
  }
  return "white";
}
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
  const pair = [getComputedStyle(element).color, ground(element)].map(luminance).sort((a, b) => b - a);
  const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
  if (contrast < arguments[0]) found.push(`${contrast.toFixed(2)} ${walker.currentNode.data.trim().slice(0, 40)}`);
}
return [...new Set(found)];
"""
