"""The networks, loaded once per thread and kept warm; what a network means by its numbers is its reader's business."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import EngineUnavailable
from tryon.engines.local import networks

Floats = NDArray[np.float32]


class Eyes:
    """Runs a network by its name. Safe to share between threads: each thread has interpreters of its own."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds what `networks.fetch` put there. Raises EngineUnavailable where it does not."""
        networks.get(folder)
        self._folder = folder
        self._mine = threading.local()

    def warm_up(self) -> None:
        """Load every network for this thread (about 70 ms)."""
        for name in networks.FILES:
            self._interpreter(name)

    def run(self, name: str, picture: Floats) -> list[Floats]:
        """Show a network one picture, float32 (height, width, 3) in the size and range it was trained on.

        Gives its outputs in the network's own order, without the batch axis.
        """
        interpreter = self._interpreter(name)
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture[None])
        interpreter.invoke()
        # get_tensor copies, so the answer stays valid when the interpreter runs again.
        return [interpreter.get_tensor(output["index"])[0] for output in interpreter.get_output_details()]

    def _interpreter(self, name: str) -> Any:
        loaded: dict[str, Any] = self._mine.__dict__.setdefault("loaded", {})
        if name not in loaded:
            loaded[name] = _load(networks.path_of(name, self._folder))
        return loaded[name]


def _load(path: Path) -> Any:
    # Imported here so that the rest of the package can be imported where the network runtime is not installed.
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(model_path=str(path), num_threads=1)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError, OSError) as error:
        raise EngineUnavailable(reason=f"the network {path.name} can't be loaded: {error}") from error
    return interpreter
