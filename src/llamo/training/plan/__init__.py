"""What a training run will need before anything is downloaded: parameters, memory on each GPU, time of a step.

architectures.py   sizes of language models by name, without their weights
counting.py        parameters, counted on the meta device
activations.py     what the backward pass keeps, traced on tensors without memory
flops.py           floating-point operations of a step
memory.py          bytes on each GPU, with and without sharding and checkpointing
planning.py        all of it for a configuration
"""
