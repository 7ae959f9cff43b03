"""Questions the router was developed with: what it must send to the facts, and what to the model."""

from __future__ import annotations

# question | intent [| argument]; several intents are parted by "+"
FACTS = """
What is the molecular formula of this compound? | formula
Give me its chemical formula. | formula
And the formula? | formula
Which elements does it contain? | formula
Could you please write down the sum formula? | formula
Is its formula C6H6? | formula
What is the molecualr formula? | formula
What's the molar mass? | molar_mass
How much does it weigh? | molar_mass
How heavy is this molecule? | molar_mass
Molecular weight in g/mol please | molar_mass
MW? | molar_mass
Is it heavier than 500 g/mol? | molar_mass
Is the molecular weight below 500? | molar_mass
What is the monoisotopic mass? | monoisotopic_mass
I'm looking for the exact mass for mass spectrometry. | monoisotopic_mass
Tell me the exact mass | monoisotopic_mass
What is the net charge? | charge
Is it charged? | charge
Is this an anion? | charge
Is the molecule neutral? | charge
What charge does it carry? | charge
Does it carry a positive charge? | charge
How many heavy atoms are there? | heavy_atoms
Count the non-hydrogen atoms. | heavy_atoms
How many atoms does it have in total? | total_atoms
What is the total number of atoms? | total_atoms
How many nitrogen atoms does it contain? | element_count | N
How many carbons? | element_count | C
What is the number of Cl atoms? | element_count | Cl
Number of oxygens in the structure | element_count | O
Count the hydrogens. | element_count | H
Does it have two nitrogen atoms? | element_count | N
Does it contain sulfur? | has_element | S
Is there any fluorine in it? | has_element | F
Any bromine? | has_element | Br
Tell me whether there is phosphorus in this compound. | has_element | P
Is it free of nitrogen? | has_element | N
How many fragments does it consist of? | fragments
Is it a salt? | fragments
How many separate components are there? | fragments
How many rings does it have? | rings
Is it cyclic? | rings
Is it acyclic? | rings
Is this a bicyclic compound? | rings
Does it have more than two rings? | rings
Are there any rings, and if so how many? | rings
What is the ring count? | rings
What are the ring sizes? | ring_sizes
How many atoms are in each ring? | ring_sizes
What is the size of the ring? | ring_sizes
How many aromatic rings? | aromatic_rings
How many of the rings are aromatic? | aromatic_rings
Does it have an aromatic ring? | aromatic_rings
Is it aromatic? | is_aromatic
Would you call it aromatic? | is_aromatic
Aromatic or not? | is_aromatic
Is it aromatic or aliphatic? | is_aromatic
How many rotatable bonds does it have? | rotatable_bonds
What's the rotatable bond count? | rotatable_bonds
How many hydrogen bond donors? | h_bond_donors
What's its H-bond donor count? | h_bond_donors
HBD? | h_bond_donors
How many H-bond acceptors are there? | h_bond_acceptors
Number of hydrogen-bond acceptors, please. | h_bond_acceptors
HBA and HBD counts? | h_bond_acceptors+h_bond_donors
How many stereocentres does it have? | stereocentres
Does it have chiral centres? | stereocentres
Are there any asymmetric carbons? | stereocentres
Does it lack stereocenters? | stereocentres
Which stereocentres are R and which are S? | stereo_labels
Is it R or S? | stereo_labels
What is the absolute configuration? | stereo_labels
Give the CIP labels. | stereo_labels
Are the double bonds E or Z? | double_bond_stereo
Is it cis or trans? | double_bond_stereo
Does it have E/Z isomerism? | double_bond_stereo
What is the configuration of the double bond? | double_bond_stereo
Is it chiral? | is_chiral
Is this molecule achiral? | is_chiral
Is it a radical? | radical_electrons
How many unpaired electrons does it have? | radical_electrons
Is it isotopically labelled? | isotopes
Does it contain deuterium? | isotopes
Are there any isotopes in it? | isotopes
Which functional groups does it have? | groups
List all the functional groups. | groups
What functional groups are present in this molecule? | groups
Does it contain a carboxylic acid? | has_group | carboxylic acid
Is there an amide? | has_group | amide
Do you see a nitro group? | has_group | nitro group
Is it an ester? | has_group | ester
Has it got an ether linkage? | has_group | ether
Does this drug have a beta-lactam ring? | has_group | beta-lactam
Is there a pyridine in there? | has_group | pyridine ring
Does it have COOH? | has_group | carboxylic acid
Does it contain a halogen? | has_group | halogen
Ketone? | has_group | ketone
Is there an amide or an ester? | has_group+has_group
How many hydroxyl groups are there? | count_group | hydroxy group
How many amide bonds does it contain? | count_group | amide
How many benzene rings? | count_group | benzene ring
Count the ester groups. | count_group | ester
Number of methyl groups? | count_group | methyl group
How many heteroatoms does it have? | count_group | heteroatom
What is the topological polar surface area? | tpsa
TPSA? | tpsa
Is the PSA below 140? | tpsa
What is the logP? | logp
Give the Crippen logP estimate. | logp
What's the octanol-water partition coefficient? | logp
Does it obey Lipinski's rule of five? | rule_of_five
How many Lipinski violations does it have? | rule_of_five
Does it violate the rule of 5? | rule_of_five
What is its Murcko scaffold? | scaffold
Show me the Bemis-Murcko scaffold as SMILES. | scaffold
What is the InChI? | inchi
Give me the InChIKey. | inchikey
What's the InChI key for this one? | inchikey
Write the canonical SMILES. | smiles
What is the SMILES string? | smiles
Which acidic groups does it have? | acidic_groups
List the acidic protons. | acidic_groups
Does it have any acidic groups? | acidic_groups
Which groups are basic? | basic_groups
What basic groups are there? | basic_groups
Is it an acid? | is_acid
Is it acidic? | is_acid
Is it basic? | is_base
Can it act as a base? | is_base
Is it acidic or basic? | is_acid+is_base
What is the degree of unsaturation? | unsaturation
How many double bond equivalents? | unsaturation
What is the index of hydrogen deficiency? | unsaturation
What is the fraction of sp3 carbons? | fraction_sp3
Fsp3? | fraction_sp3
What fraction of its carbons is sp3? | fraction_sp3
Does it have a six-membered ring? | has_ring_of_size | 6
How many five-membered rings are there? | has_ring_of_size | 5
Is there a ring of size 7? | has_ring_of_size | 7
Are there any spiro atoms? | spiro_bridgehead
How many bridgehead atoms does it have? | spiro_bridgehead
Is it a spiro compound? | spiro_bridgehead
What are its formula and its exact mass? | formula+monoisotopic_mass
How many rings and how many stereocentres does it have? | rings+stereocentres
I am preparing a table. What is its TPSA? | tpsa
Hi! How many rings? Thanks. | rings
"""

MODEL = """
Is it toxic?
What is it used for?
Describe this molecule.
How many rings does it have, and why?
How many rings does it have and is it toxic?
How many carbons are in the ring?
Which atom is the carboxylic acid attached to?
What is the formula of its sodium salt?
What is the formula of aspirin?
How would a second hydroxyl group change its logP?
Is it a stronger acid than acetic acid?
Which of the two is heavier?
Why is it aromatic?
What makes it acidic?
What is the pKa?
Is it soluble in water?
What is its melting point?
Is the carboxylic acid important for its activity?
How is it made?
What kind of molecule is it?
What class does it belong to?
Is it a natural product?
What is the IUPAC name?
What is it called?
What does it smell like?
Does it have a low logP for a drug?
What is the role of the hydroxyl group?
How many rings would remain after hydrogenation?
Is the aromatic ring electron-rich?
How many chlorine atoms are attached to the benzene ring?
Which ring is the most reactive?
How acidic is it?
How many molecules of water does it bind?
Does the charge affect its solubility?
Is the stereocentre next to the amide R or S?
What happens to the ester under basic conditions?
Draw the scaffold.
Does it have a formula similar to caffeine?
Can the amide be hydrolysed?
Is it stable?
What is the most acidic proton?
What would be the charge at pH 7?
What is the charge on the nitrogen?
Do all rings contain nitrogen?
How many isomers does it have?
Explain its stereochemistry.
Is it a good hydrogen bond donor?
What reaction forms the ester?
Is it a steroid hormone?
Is it drug-like?
How many moles are in 5 grams?
What is the mass of 3 moles?
"""


def fact_rows() -> list[tuple[str, str, str]]:
    """Return (question, intents parted by "+", argument) of the questions for facts."""
    rows = [[cell.strip() for cell in line.split(" | ")] for line in FACTS.strip().splitlines()]
    return [(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows]


def model_rows() -> list[str]:
    """Return the questions that the model has to answer."""
    return MODEL.strip().splitlines()
