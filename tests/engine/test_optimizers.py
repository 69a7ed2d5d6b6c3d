"""Ours against torch's own, step by step."""

import pytest
import torch

from engine.optimizers import optimizer


@pytest.mark.parametrize("name", ["adam", "nadam", "sgd"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_they_step_as_torch_does(name: str, dtype: torch.dtype) -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2, 3, 9, 9, generator=generator, dtype=dtype)
    theirs = x.clone().requires_grad_()
    peers = {"adam": torch.optim.Adam, "nadam": torch.optim.NAdam, "sgd": torch.optim.SGD}
    peer = peers[name]([theirs], lr=0.1)
    ours = optimizer(name, x)
    for k in range(20):
        gradient = torch.randn(x.shape, generator=generator, dtype=dtype) * 10.0 ** (k - 10)
        theirs.grad = gradient.to(memory_format=torch.channels_last)
        peer.param_groups[0]["lr"] = rate = 0.1 / (k + 1)
        peer.step()
        ours.step(x, gradient.to(memory_format=torch.channels_last), rate)
        torch.testing.assert_close(x, theirs.detach(), rtol=1e-6, atol=1e-7)


def test_the_first_step_imports_no_compiler() -> None:
    """It would cost two seconds between Start and the first iteration."""
    import subprocess
    import sys

    script = (
        "import sys, torch; from engine.optimizers import optimizer; x = torch.zeros(1, 3, 4, 4);"
        "optimizer('adam', x).step(x, x, 0.1); sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
