"""verl on processors: a platform, FSDP on gloo, and a server that samples with transformers in the place of vLLM. Nothing else of verl is replaced.

Named in VERL_USE_EXTERNAL_MODULES, with VERL_PLATFORM=cpu.
"""

import asyncio
import types

import ray
import torch
from verl.plugin.platform.platform_manager import PlatformRegistry
from verl.plugin.platform.platform_base import PlatformBase


class Device(types.SimpleNamespace):
    """What verl asks of `torch.cuda`."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: 0


DEVICE = Device(is_available=lambda: True, get_device_name=lambda *_: "CPU", mem_get_info=lambda *_: (2**33, 2**33), is_bf16_supported=lambda: True)


@PlatformRegistry.register(platform="cpu")
class Processor(PlatformBase):
    device_name = "cpu"
    vendor_name = "none"
    device_module = DEVICE

    def is_available(self):
        return True

    def current_device(self):
        return torch.device("cpu")

    def device_count(self):
        return 8

    def set_device(self, device_index):
        pass

    def synchronize(self, device_index=None):
        pass

    def manual_seed(self, seed):
        torch.manual_seed(seed)

    manual_seed_all = manual_seed

    def set_allocator_settings(self, settings):
        pass

    def empty_cache(self):
        pass

    def get_device_capability(self, device_index=0):
        return None, None

    def communication_backend_name(self):
        return "gloo"

    def visible_devices_envvar(self):
        return "STAND_IN_DEVICES"

    def nvtx_range(self, msg):
        raise NotImplementedError

    def profiler_start(self):
        pass

    def profiler_stop(self):
        pass

    def ray_resource_name(self):
        return "GPU"

    def ray_noset_envvars(self):
        return []

    def is_ipc_supported(self):
        return False

    def cudart(self):
        return None


def one_backend() -> None:
    """verl names a backend for processors and one for its device, which are the same here."""
    begin = torch.distributed.init_process_group

    def init_process_group(backend=None, *args, **named):
        return begin("gloo" if backend and backend.startswith("cpu:") else backend, *args, **named)

    torch.distributed.init_process_group = init_process_group


def no_trl() -> None:
    """The environment of the tests has another TRL than the one that verl knows, and verl does without."""
    from verl.utils import import_utils

    import_utils.is_trl_available = lambda: False


def engines() -> None:
    """Lets FSDP train on processors, as it can."""
    from verl.workers.engine.base import EngineRegistry
    from verl.workers.engine.fsdp.transformer_impl import FSDPEngineWithLMHead

    EngineRegistry.register(model_type="language_model", backend=["fsdp", "fsdp2"], device="cpu")(FSDPEngineWithLMHead)


class Server:
    """Continues prompts one by one with transformers; of vLLM's sampling parameters it knows those that jobs use."""

    def __init__(self, path: str):
        from transformers import AutoModelForCausalLM, AutoTokenizer

        torch.set_num_threads(1)
        self.model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)
        self.tokenizer = AutoTokenizer.from_pretrained(path)
        self.step = 0

    def load(self, weights: dict, step: int) -> None:
        missing = self.model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()}, strict=False)
        assert not missing.unexpected_keys, missing
        assert set(missing.missing_keys) <= set(self.model._tied_weights_keys or ()), missing
        self.step = step

    @torch.no_grad()
    def generate(self, request_id, prompt_ids, sampling_params, **_):
        from verl.workers.rollout.replica import TokenOutput

        wanted = dict(sampling_params)
        assert wanted.pop("include_stop_str_in_output") and wanted.pop("ignore_eos")
        assert not wanted.pop("skip_special_tokens") and not wanted.pop("spaces_between_special_tokens")
        assert wanted.pop("logprobs") and wanted.pop("repetition_penalty") == 1
        ends, stops, budget = wanted.pop("stop_token_ids"), wanted.pop("stop"), wanted.pop("max_tokens")
        temperature, top_p, top_k, seed = (wanted.pop(name) for name in ("temperature", "top_p", "top_k", "seed"))
        assert not wanted and top_p == 1 and top_k == -1, sampling_params
        random = torch.Generator().manual_seed(seed)
        ids, made, said, cache = torch.tensor([prompt_ids]), [], [], None
        while len(made) < budget:
            out = self.model(input_ids=ids, past_key_values=cache, use_cache=True)
            cache, logits = out.past_key_values, out.logits[0, -1].float()
            scores = torch.log_softmax(logits / (temperature or 1), -1)
            token = int(logits.argmax() if temperature == 0 else torch.multinomial(scores.exp(), 1, generator=random))
            made.append(token)
            said.append(float(scores[token]))
            ids = torch.tensor([[token]])
            if token in ends or any(stop in self.tokenizer.decode(made) for stop in stops):
                break
        return TokenOutput(token_ids=made, log_probs=said, extra_fields={"global_steps": self.step})

    def nothing(self, *_, **__) -> None:
        pass

    sleep = wake_up = clear_kv_cache = nothing


def servers() -> None:
    """Registers the rollout `stand_in`."""
    from verl.workers.rollout import base, replica

    class Replica(replica.RolloutReplica):
        async def launch_servers(self):
            name = f"stand_in_{self.replica_rank}"
            server = ray.remote(Server).options(name=name, num_cpus=0).remote(self.model_config.path)
            self.servers = [server]
            self._server_handle, self._server_address = server, name

    replica.RolloutReplicaRegistry.register("stand_in", lambda: Replica)
    base._ROLLOUT_REGISTRY[("stand_in", "async")] = f"{__name__}.Adapter"


def adapter():
    from verl.workers.rollout.base import BaseRollout

    class Adapter(BaseRollout):
        """Hands the trainer's weights to the server."""

        async def resume(self, tags):
            pass

        async def release(self):
            pass

        async def update_weights(self, weights, global_steps=None, **_):
            from verl.workers.rollout.utils import ensure_async_iterator

            found = {name: value.detach().float().cpu().numpy() async for name, value in ensure_async_iterator(weights)}
            rank = torch.distributed.get_rank()
            await ray.get_actor(f"stand_in_{rank}").load.remote(found, global_steps)

    return Adapter


no_trl()
# The reference policy waits in the host's memory, pinned for a GPU that is not there.
torch.Tensor.pin_memory = lambda self, *_, **__: self
one_backend()
engines()
servers()
Adapter = adapter()
