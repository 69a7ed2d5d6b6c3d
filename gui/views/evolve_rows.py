"""An evolution's values, a row each: those that the chosen encoding reads."""

from __future__ import annotations

from engine.evolution.recipe import CPPN, DIRECT, ONLY, TURNABLE, EvolveRecipe
from engine.units import NetworkInfo
from gui.views.classes_field import ClassesField
from gui.views.fields import Segments, SliderField
from gui.views.image_fields import SeedField, SizeField
from gui.views.sections import Section
from gui.views.value_rows import ValueRows


class EvolveRows(ValueRows):
    """The values of an evolution; what its encoding does not read is not there."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[Section, list[str]] = {}
        sections = [self._run(), self._change(), self._graphs(), self._pixels(), self._image()]
        self.stack(sections)

    def set_network(self, info: NetworkInfo) -> None:
        """The classes that there are; the size is shown as this network's own."""
        self.classes.set_network(info)
        self.size_field.set_network_size(info.resize or info.input_size)

    def show_rows(self, recipe: EvolveRecipe, running: bool) -> None:
        """Shows the rows of this encoding; while it runs only what can be turned is enabled."""
        others = ONLY[DIRECT if recipe.encoding == CPPN else CPPN]
        for name, (field, label) in self._rows.items():
            turnable = name in TURNABLE
            enabled, tip = turnable or not running, self._tips[name]
            if not enabled:
                tip += "\n" + self.tr("Set before an evolution starts; stop it to change it.")
            elif running:
                tip += "\n" + self.tr("Can be turned while it runs.")
            for part in (field, label):
                part.setVisible(name not in others)
                part.setEnabled(enabled)
                part.setToolTip(tip)
            label.set_live(running and turnable)
        for section, names in self._keys.items():
            section.setVisible(any(name not in others for name in names))

    def _run(self) -> Section:
        run = Section(self.tr("Run"))
        before = set(self._rows)
        self.segments(
            run,
            "encoding",
            self.tr("Encoding"),
            self.tr("What a genome is"),
            [
                (CPPN, self.tr("CPPN"),
                 self.tr("A small network that paints the image: regular, symmetric patterns")),
                (DIRECT, self.tr("Pixels"),
                 self.tr("Every pixel by itself: noise that the network is sure of")),
            ],
        )  # fmt: skip
        self.classes = ClassesField()
        self.classes.name(self.tr("Classes"))
        self.classes.changed.connect(lambda value: self.turned.emit("classes", value))
        self.add(
            run,
            "classes",
            self.tr("Classes"),
            self.tr("Which classes get an image: empty for all, or names with commas"),
            self.classes,
            self.classes.set_value,
        )
        self.slider(
            run,
            "generations",
            self.tr("Generations"),
            self.tr("How many generations follow the first"),
            SliderField(10, 20_000, log=True, whole=True, ceiling=1e8),
        )
        self.slider(
            run,
            "batch",
            self.tr("Children"),
            self.tr("Images that are made and judged in a generation"),
            SliderField(10, 1000, log=True, whole=True, ceiling=4096),
        )
        return self._kept(run, before)

    def _change(self) -> Section:
        change = Section(self.tr("Mutation"))
        before = set(self._rows)
        self.slider(
            change,
            "mutation_rate",
            self.tr("Rate"),
            self.tr("The chance that a value of the genome changes"),
            SliderField(0.1, 100, log=True, factor=100, suffix=" %"),
        )
        self.slider(
            change,
            "halve_every",
            self.tr("Halved"),
            self.tr("After how many generations the rate is halved; 0 never"),
            SliderField(10, 10_000, log=True, zero=True, whole=True, ceiling=1e8),
        )
        self.slider(
            change,
            "eta",
            self.tr("Evenness η"),
            self.tr("Of polynomial mutation: the larger, the smaller its steps"),
            SliderField(1, 100, log=True, zero=True, ceiling=1000),
        )
        return self._kept(change, before)

    def _graphs(self) -> Section:
        graphs = Section(self.tr("Graph"))
        before = set(self._rows)
        for name, title, tip in (
            ("add_connection", self.tr("New link"),
             self.tr("The chance that a child gets a new connection")),
            ("delete_connection", self.tr("Lost link"),
             self.tr("The chance that a child loses a connection")),
            ("add_node", self.tr("New node"), self.tr("The chance that a child gets a new node")),
            ("delete_node", self.tr("Lost node"), self.tr("The chance that a child loses a node")),
        ):  # fmt: skip
            field = SliderField(0, 100, factor=100, suffix=" %")
            self.slider(graphs, name, title, tip, field)
        self.segments(
            graphs,
            "coordinates",
            self.tr("Places"),
            self.tr("What x and y mean to the CPPN"),
            [
                ("centred", self.tr("Centred"), self.tr("From −1 to 1, 0 in the middle")),
                ("pixels", self.tr("Pixels"), self.tr("Counted from the corner")),
            ],
        )
        return self._kept(graphs, before)

    def _pixels(self) -> Section:
        pixels = Section(self.tr("Pixels"))
        before = set(self._rows)
        self.segments(
            pixels,
            "start",
            self.tr("First"),
            self.tr("What the first generation is"),
            [
                ("noise", self.tr("Noise"), self.tr("Every pixel by chance")),
                ("black", self.tr("Black"), self.tr("Black images, mutated once")),
                ("grey", self.tr("Grey"), self.tr("Grey images, mutated once")),
            ],
        )
        self.slider(
            pixels,
            "crossover",
            self.tr("Crossed"),
            self.tr("The part of the couples whose pixels are mixed"),
            SliderField(0, 100, factor=100, suffix=" %"),
        )
        self.slider(
            pixels,
            "crossover_eta",
            self.tr("Closeness"),
            self.tr("Of the crossing's children to their parents"),
            SliderField(1, 100, log=True, zero=True, ceiling=1000),
        )
        return self._kept(pixels, before)

    def _image(self) -> Section:
        image = Section(self.tr("Image"))
        before = set(self._rows)
        crops = Segments(
            [
                ("1", self.tr("Middle"), self.tr("The central crop")),
                ("10", self.tr("Ten crops"),
                 self.tr("Middle and corners, mirrored as well, on average: ten times the work")),
            ]
        )  # fmt: skip
        crops.name(self.tr("Seen"))
        crops.changed.connect(lambda value: self.turned.emit("crops", int(value)))
        self.add(
            image,
            "crops",
            self.tr("Seen"),
            self.tr("What of an image the network is asked about"),
            crops,
            lambda value: crops.set_value(str(value)),
        )
        self.size_field = SizeField()
        self.size_field.setAccessibleName(self.tr("Size"))
        self.size_field.changed.connect(lambda value: self.turned.emit("size", value))
        self.add(
            image,
            "size",
            self.tr("Size"),
            self.tr("Side of the images in pixels; empty it for the network's own"),
            self.size_field,
            self.size_field.set_size_value,
        )
        seed = SeedField()
        seed.edit.setAccessibleName(self.tr("Seed"))
        seed.changed.connect(lambda value: self.turned.emit("seed", value))
        self.add(
            image,
            "seed",
            self.tr("Seed"),
            self.tr("The same seed, device and recipe evolve the same images"),
            seed,
            seed.set_value,
        )
        return self._kept(image, before)

    def _kept(self, section: Section, before: set[str]) -> Section:
        self._keys[section] = [name for name in self._rows if name not in before]
        return section
