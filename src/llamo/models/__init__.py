"""The model: encoder, projector, language model, processor. Tensors only; import what you need from its modules."""
